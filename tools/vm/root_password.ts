/**
 * The demonstration machines' root may log in at a terminal with a password that everybody knows.
 */

/** For the terminal only: over the network a key is asked for. */
export const ROOT_PASSWORD = "dinit";

/** The password by crypt(3), method 6 (SHA-512), salt "dinitvm". */
export const ROOT_PASSWORD_HASH =
  "$6$dinitvm$TIDvP2gVuLzXSCqQZEuCQgwXMs..Mj0Z2XxDv025ZG6/QdMDSmuCqJ5AFUCkb0JVTDvlO6An2tQ4KzITl7COg0";
