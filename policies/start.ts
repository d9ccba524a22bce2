import "./sdk.js";
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./index";

new PolicyPack("redis-on-docker", { policies });
