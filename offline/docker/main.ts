import { served } from "../provider/provider";
import { serve } from "../provider/serve";
import { dockerProvider } from "./provider";

declare const PLUGIN_VERSION: string;

serve(served(dockerProvider(PLUGIN_VERSION)));
