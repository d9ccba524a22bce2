import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { serve } from "../provider/serve";
import { languageRuntime } from "./languageRuntime";
import { killPrograms } from "./program";

// A program without its engine has nothing left to do.
serve(LanguageRuntimeService, languageRuntime, killPrograms);
