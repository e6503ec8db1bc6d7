/** The bundler: the only import of esbuild. */
export { build, type BuildOptions, type Plugin, stop } from "esbuild";
