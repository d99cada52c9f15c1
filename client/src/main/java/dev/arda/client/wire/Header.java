package dev.arda.client.wire;

/**
 * One header.
 *
 * @param name in small letters; begins with a colon where it is a part of HTTP itself
 * @param value each char is a byte
 */
record Header(String name, String value) {}
