package dev.arda.nix.store;

import dev.arda.nix.types.StorePath;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a store knows of one of its paths.
 *
 * @param path the path
 * @param narHash hash of its files, SRI form
 * @param narSize size of its files as an archive, in bytes
 * @param references what it needs, sorted, without itself
 * @param deriver the derivation that made it, if that is known
 * @param contentAddress what addresses it by its contents, for example {@code fixed:r:sha256:…};
 *     empty if it is addressed by how it is made
 * @param signatures {@code KEY:SIGNATURE}
 * @param ultimate whether it was built here, and so needs no signature
 * @param registered since when the store has it; empty for binary caches, which do not say
 * @param downloadSize size of its compressed file in a binary cache, in bytes; 0 elsewhere
 */
public record PathInfo(
    StorePath path,
    String narHash,
    long narSize,
    List<StorePath> references,
    Optional<StorePath> deriver,
    Optional<String> contentAddress,
    List<String> signatures,
    boolean ultimate,
    Optional<Instant> registered,
    long downloadSize) {

  /** Copies the lists. */
  public PathInfo {
    references = List.copyOf(references);
    signatures = List.copyOf(signatures);
  }
}
