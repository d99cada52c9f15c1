package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.ClosureTransfer;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.store.StoreCopies.Copied;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import java.util.Optional;

/** Takes the system of a host to its target, and tells what changes there. Used by one thread. */
final class SystemCopy {

  private final DeployRequest request;
  private final HostCourse course;
  private final ClosureTransfer transfer;

  /**
   * A copy.
   *
   * @param stores copies and compares
   * @param request what is wished
   * @param course of the host, which knows the target
   * @param shell the way there
   */
  SystemCopy(Stores stores, DeployRequest request, HostCourse course, Shell shell) {
    this.request = request;
    this.course = course;
    this.transfer = new ClosureTransfer(stores, request.context(), shell, course.label());
  }

  /**
   * Copies.
   *
   * @return what was done, in few words
   * @throws NixException if it cannot be copied; {@code HOST_COPY_TIMEOUT} in time
   */
  String copy(StorePath system) {
    var room = StoreRoom.of(course.label(), course.facts().orElseThrow(), transfer, system);
    if (room.seemsTooSmall()) {
      course.warning(room.told());
    }
    try {
      return transfer
          .copy(
              system,
              request.reach().substitute(),
              request.stageLimits().copy(),
              "Nothing was activated: it runs and boots what it did.",
              course::does)
          .map(SystemCopy::shown)
          .orElse("it is here");
    } catch (NixException e) {
      throw room.explained(e);
    }
  }

  private static String shown(Copied copied) {
    return copied.copied().isEmpty()
        ? "everything was there"
        : "%d of %d paths".formatted(copied.copied().size(), copied.paths());
  }

  /** Finds out what changes; that is of interest, and no reason to fail. */
  void compare() {
    var before = course.before().flatMap(StorePath::of);
    if (before.isEmpty()) {
      return;
    }
    try {
      course.differsBy(
          Optional.of(transfer.compare(before.get(), HostDeployment.path(course.system()))));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      course.warning("the differences cannot be told: " + e.getMessage());
    }
  }
}
