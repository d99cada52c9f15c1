package dev.arda.nix.flake.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a tree belongs to: everything that an answer depends on.
 *
 * @param identity which content the flake has, for example its lock and the hash of its source
 * @param evaluation digest of how it is evaluated
 * @param schema version of what a tree can say; trees of another version are not read
 */
public record SelectionKey(String identity, String evaluation, int schema) {

  /**
   * The version of this build. It grows when the meaning or the form of a tree changes, and when
   * the evaluator begins to answer something differently.
   */
  public static final int SCHEMA = 1;

  /**
   * A key of this build.
   *
   * @param identity which content the flake has; two flakes with different content never share one
   * @param evaluation everything else that can change an answer, in one canonical text: options,
   *     input overrides, system, the Nix program and its version, settings, variables
   */
  public static SelectionKey of(String identity, String evaluation) {
    return new SelectionKey(identity, sha256(evaluation), SCHEMA);
  }

  /** A name of letters and digits that no other key has. */
  String fileName() {
    // The length keeps the parts apart.
    return sha256(schema + ":" + identity.length() + ":" + identity + evaluation);
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
