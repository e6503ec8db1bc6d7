/** A program that does nothing: what the runtime's own start takes. */
Deno.exit(0);
