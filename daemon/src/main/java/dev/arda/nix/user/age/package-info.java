/**
 * Files of the format <a href="https://age-encryption.org/v1">age</a>, in this process: {@link
 * dev.arda.nix.user.age.Age} encrypts for X25519 recipients and decrypts with {@link
 * dev.arda.nix.user.age.AgeIdentities}. The program {@code age} reads and writes the same files.
 *
 * <p>A {@link dev.arda.nix.user.age.SecretValue} is never printed, logged or kept.
 */
@NullMarked
package dev.arda.nix.user.age;

import org.jspecify.annotations.NullMarked;
