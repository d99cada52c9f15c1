package dev.arda.nix.system.install;

import dev.arda.nix.types.NixException;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of an installation.
 *
 * @param host its name
 * @param target where it is
 * @param stage the last one that was begun
 * @param system store path of the system; empty: not known
 * @param mayBeErased whether the disks of the target were touched, or may have been
 * @param elapsed how long it took
 * @param failure why it is not installed; empty: it is, as far as was wished
 */
public record InstallResult(
    String host,
    String target,
    InstallStage stage,
    String system,
    boolean mayBeErased,
    Duration elapsed,
    Optional<NixException> failure) {}
