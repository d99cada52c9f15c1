package dev.arda.nix.user;

import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.types.NixException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of one user's environment.
 *
 * @param name as the request called the user
 * @param definition selector of what was applied; empty: not known, or a generation that there was
 * @param user login name; empty: not known
 * @param home home directory; empty: not known
 * @param storePath the generation's store path; empty: it was not built
 * @param generation its number in the profile; empty: it has none
 * @param reused whether it had its number before
 * @param before number of the generation that was current before
 * @param activated whether it was activated
 * @param packages what changed in packages; empty: not known, or there was no generation before
 * @param files files that are different from those of the generation before
 * @param collisions what was in the way
 * @param backups paths, below the home directory, that backups now have
 * @param secrets names of the secrets that the machine has now, or would have
 * @param accountMissing whether the machine has no such account yet, so that no more is known
 * @param ending how the activation ended; empty: there was none
 * @param failure why it failed; empty: it did not
 */
public record ApplyResult(
    String name,
    String definition,
    String user,
    String home,
    String storePath,
    OptionalLong generation,
    boolean reused,
    OptionalLong before,
    boolean activated,
    Optional<ClosureDiff> packages,
    List<FileChange> files,
    List<Collision> collisions,
    List<String> backups,
    List<String> secrets,
    boolean accountMissing,
    Optional<Ending> ending,
    Optional<NixException> failure) {

  /** Copies the lists. */
  public ApplyResult {
    files = List.copyOf(files);
    collisions = List.copyOf(collisions);
    backups = List.copyOf(backups);
    secrets = List.copyOf(secrets);
  }

  /** Collects what becomes known. */
  static final class Builder {
    private final String name;
    String definition = "";
    String user = "";
    String home = "";
    String storePath = "";
    OptionalLong generation = OptionalLong.empty();
    boolean reused;
    OptionalLong before = OptionalLong.empty();
    boolean activated;
    Optional<ClosureDiff> packages = Optional.empty();
    Inspection inspection = new Inspection(List.of(), List.of());
    List<String> backups = List.of();
    List<String> secrets = List.of();
    boolean accountMissing;
    Optional<Ending> ending = Optional.empty();
    Optional<NixException> failure = Optional.empty();

    Builder(String name) {
      this.name = name;
    }

    ApplyResult build() {
      return new ApplyResult(
          name,
          definition,
          user,
          home,
          storePath,
          generation,
          reused,
          before,
          activated,
          packages,
          inspection.changes(),
          inspection.collisions(),
          backups,
          secrets,
          accountMissing,
          ending,
          failure);
    }
  }
}
