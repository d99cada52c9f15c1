package dev.arda.daemon.operation.user;

import com.google.rpc.Status;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.user.ApplyResult;
import dev.arda.nix.user.Collision;
import dev.arda.nix.user.Ending;
import dev.arda.v1.ActivationEnding;
import dev.arda.v1.ActivationStage;
import dev.arda.v1.ApplyUserOutcome;
import dev.arda.v1.FileChange;
import dev.arda.v1.FileChangeKind;
import dev.arda.v1.FileCollision;
import dev.arda.v1.FileCollisionKind;
import dev.arda.v1.PackageChange;
import dev.arda.v1.UserOutcome;
import java.util.List;
import java.util.function.Function;

/** What came of applying environments, as clients are told. */
public final class ApplyOutcomes {

  /** How many changed files and things in the way are named. */
  private static final int NAMED = 1000;

  private ApplyOutcomes() {}

  static ApplyUserOutcome outcome(List<ApplyResult> results, Function<Throwable, Status> errors) {
    var proto = ApplyUserOutcome.newBuilder();
    results.forEach(result -> proto.addUsers(user(result, errors)));
    return proto.build();
  }

  private static UserOutcome user(ApplyResult result, Function<Throwable, Status> errors) {
    var proto =
        UserOutcome.newBuilder()
            .setName(result.name())
            .setDefinition(result.definition())
            .setUsername(result.user())
            .setHomeDirectory(result.home())
            .setStorePath(result.storePath())
            .setGeneration(result.generation().orElse(0))
            .setReused(result.reused())
            .setGenerationBefore(result.before().orElse(0))
            .setActivated(result.activated())
            .addAllBackups(result.backups())
            .addAllSecrets(result.secrets())
            .setAccountMissing(result.accountMissing());
    result
        .packages()
        .ifPresent(diff -> {
          proto.setClosureBytesChange(diff.sizeDelta());
          diff.packages().forEach(change -> proto.addPackages(change(change)));
        });
    result.files().stream().limit(NAMED).forEach(file -> proto.addFiles(file(file)));
    result.collisions().stream().limit(NAMED).forEach(one -> proto.addCollisions(collision(one)));
    result.ending().ifPresent(ending -> proto.setEnding(ending(ending)));
    result.failure().ifPresent(failure -> proto.setError(errors.apply(failure)));
    return proto.build();
  }

  private static PackageChange change(ClosureDiff.PackageChange change) {
    return PackageChange.newBuilder()
        .setPackage(change.name())
        .addAllVersionsBefore(change.versionsBefore())
        .addAllVersionsAfter(change.versionsAfter())
        .setBytesChange(change.sizeDelta())
        .build();
  }

  private static FileChange file(dev.arda.nix.user.FileChange file) {
    return FileChange.newBuilder()
        .setPath(file.path())
        .setKind(
            switch (file.kind()) {
              case ADDED -> FileChangeKind.FILE_CHANGE_KIND_ADDED;
              case REMOVED -> FileChangeKind.FILE_CHANGE_KIND_REMOVED;
              case CHANGED -> FileChangeKind.FILE_CHANGE_KIND_CHANGED;
            })
        .build();
  }

  private static FileCollision collision(Collision collision) {
    return FileCollision.newBuilder()
        .setPath(collision.path())
        .setKind(
            switch (collision.kind()) {
              case FILE -> FileCollisionKind.FILE_COLLISION_KIND_FILE;
              case LINK -> FileCollisionKind.FILE_COLLISION_KIND_LINK;
              case DIRECTORY -> FileCollisionKind.FILE_COLLISION_KIND_DIRECTORY;
              case PARENT -> FileCollisionKind.FILE_COLLISION_KIND_PARENT;
            })
        .setBackupTaken(collision.backupTaken())
        .build();
  }

  /** How an activation ended. */
  public static ActivationEnding ending(Ending ending) {
    return ActivationEnding.newBuilder()
        .setStage(
            switch (ending.stage()) {
              case TOOLS -> ActivationStage.ACTIVATION_STAGE_TOOLS;
              case MOVE -> ActivationStage.ACTIVATION_STAGE_MOVE;
              case SECRETS -> ActivationStage.ACTIVATION_STAGE_SECRETS;
              case ACTIVATE -> ActivationStage.ACTIVATION_STAGE_ACTIVATE;
              case PROFILE -> ActivationStage.ACTIVATION_STAGE_PROFILE;
              case VERIFY -> ActivationStage.ACTIVATION_STAGE_VERIFY;
              case DONE -> ActivationStage.ACTIVATION_STAGE_DONE;
              case VANISHED -> ActivationStage.ACTIVATION_STAGE_VANISHED;
            })
        .setExitCode(ending.exitCode())
        .setRestored(ending.restored())
        .build();
  }
}
