import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { serve } from "../provider/serve";
import { languageRuntime, work } from "./languageRuntime";
import { killPrograms } from "./program";

// A program without its engine has nothing left to do.
serve({ service: LanguageRuntimeService, implementation: languageRuntime, work, onOrphaned: killPrograms });
