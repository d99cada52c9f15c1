package dev.arda.daemon.rpc;

import com.google.rpc.Status;
import dev.arda.daemon.operation.OperationSpec;
import dev.arda.daemon.operation.OperationSpec.OnShutdown;
import dev.arda.daemon.operation.Operations;
import dev.arda.daemon.operation.user.ApplyWork;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.user.ApplyRequest;
import dev.arda.nix.user.ApplyRequest.Mode;
import dev.arda.nix.user.ApplyRequest.Rollback;
import dev.arda.nix.user.Collision.Policy;
import dev.arda.nix.user.Homes;
import dev.arda.nix.user.Place;
import dev.arda.v1.ApplyEngine;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CollisionPolicy;
import dev.arda.v1.OperationKind;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Operations on users. */
final class UserOperations {

  /** The most users that one request may name. */
  static final int MAX_USERS = 100;

  private static final int MAX_RULES = 10_000;
  private static final Pattern EXTENSION = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern SPECIALISATION = Pattern.compile("[^/\\p{Cc}]{1,200}");

  private final Homes homes;
  private final Places places;
  private final OperationStream operations;
  private final Function<Throwable, Status> errors;

  UserOperations(
      Homes homes, Places places, Operations operations, Function<Throwable, Status> errors) {
    this.homes = homes;
    this.places = places;
    this.operations = new OperationStream(operations);
    this.errors = errors;
  }

  void apply(ApplyUserRequest request, ResponseStream<ApplyUserResponse> stream) {
    var work = work(request, false);
    operations.start(
        spec(request),
        work,
        stream,
        event -> ApplyUserResponse.newBuilder().setEvent(event).build());
  }

  /**
   * Checks a request; what is done is asked of the flake only when it is done.
   *
   * @param accountsMayCome whether a dry run is content with accounts that are not there yet
   * @throws dev.arda.nix.types.NixException {@code REQUEST_INVALID}
   */
  ApplyWork work(ApplyUserRequest request, boolean accountsMayCome) {
    check(request);
    return new ApplyWork(
        homes,
        progress -> translate(request, places.of(request, progress), accountsMayCome),
        request.getUsersList(),
        errors,
        InstantSource.system());
  }

  /**
   * Checks, before anything is done, whether the flake has environments of all users of a request.
   *
   * @throws dev.arda.nix.types.NixException {@code USER_NOT_FOUND}; if the flake cannot be asked
   */
  void require(ApplyUserRequest request) {
    homes.require(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        request.getUsersList(),
        request.getHost());
  }

  private static void check(ApplyUserRequest request) {
    var check = new RequestCheck();
    ContextTranslator.check(request.hasContext(), request.getContext(), check);
    TimeLimits.of(request).check(check);
    check.text(request.getFlake(), "flake");
    RepeatedCheck.names(request.getUsersList(), "users", MAX_USERS, check);
    check
        .require(
            !request.getReach().getForwardAgent(),
            "reach.forward_agent",
            "is not possible for environments of users")
        .require(request.getMode() != ApplyMode.UNRECOGNIZED, "mode", "is unknown to this daemon")
        .require(
            request.getRollback().getNumber() >= 0,
            "rollback.number",
            "is no number of a generation")
        .require(
            !request.hasRollback() || request.getMode() != ApplyMode.APPLY_MODE_BUILD,
            "mode",
            "builds nothing for a rollback")
        .text(request.getHost(), "host")
        .require(
            !request.getBuildThere() || isElsewhere(request),
            "build_there",
            "is for another machine only")
        .require(
            UserSecretRpc.isIdentity(request.getSecrets().getIdentity()),
            "secrets.identity",
            "is not an absolute path")
        .require(
            request.getEngine() != ApplyEngine.UNRECOGNIZED, "engine", "is unknown to this daemon")
        .require(isKnown(request.getOnCollision()), "on_collision", "is unknown to this daemon")
        .require(
            request.getCollisionRulesCount() <= MAX_RULES,
            "collision_rules",
            "has more than %,d elements".formatted(MAX_RULES))
        .require(
            request.getBackupExtension().isEmpty()
                || EXTENSION.matcher(request.getBackupExtension()).matches(),
            "backup_extension",
            "may hold letters, digits and . _ - only")
        .require(
            request.getSpecialisation().isEmpty()
                || (SPECIALISATION.matcher(request.getSpecialisation()).matches()
                    && !request.getSpecialisation().startsWith(".")),
            "specialisation",
            "cannot be the name of a specialisation");
    for (int i = 0; i < request.getCollisionRulesCount(); i++) {
      var rule = request.getCollisionRules(i);
      var field = "collision_rules[" + i + "]";
      check
          .require(!rule.getPath().isEmpty(), field + ".path", "is empty")
          .require(isBelow(rule.getPath()), field + ".path", "is not below the home directory")
          .text(rule.getPath(), field + ".path")
          .require(isKnown(rule.getPolicy()), field + ".policy", "is unknown to this daemon");
    }
    check.done();
  }

  private static boolean isBelow(String path) {
    return !path.startsWith("/") && !List.of(path.split("/", -1)).contains("..");
  }

  private static boolean isElsewhere(ApplyUserRequest request) {
    return !request.getHost().isEmpty() || !request.getReach().getTargetHost().isEmpty();
  }

  private static boolean isKnown(CollisionPolicy policy) {
    return policy != CollisionPolicy.UNRECOGNIZED;
  }

  private static ApplyRequest translate(
      ApplyUserRequest request, Optional<Place> place, boolean accountsMayCome) {
    var policies = new LinkedHashMap<String, Policy>();
    request
        .getCollisionRulesList()
        .forEach(rule -> policies.put(rule.getPath(), policy(rule.getPolicy())));
    return new ApplyRequest(
        ContextTranslator.translate(request.getContext()),
        request.getFlake(),
        request.getUsersList().stream().distinct().toList(),
        mode(request.getMode()),
        policy(request.getOnCollision()),
        policies,
        request.getBackupExtension().isEmpty() ? "backup" : request.getBackupExtension(),
        request.getSpecialisation(),
        request.hasRollback()
            ? Optional.of(new Rollback(request.getRollback().getNumber()))
            : Optional.empty(),
        place,
        engine(request.getEngine()),
        new ApplyRequest.Secrets(
            !request.getSecrets().getKeep(),
            UserSecretRpc.identity(request.getSecrets().getIdentity())),
        accountsMayCome,
        request.getBuildThere(),
        TimeLimits.of(request).translate());
  }

  private static ApplyRequest.Engine engine(ApplyEngine engine) {
    return switch (engine) {
      case APPLY_ENGINE_UNSPECIFIED, APPLY_ENGINE_NATIVE -> ApplyRequest.Engine.NATIVE;
      case APPLY_ENGINE_HOME_MANAGER -> ApplyRequest.Engine.HOME_MANAGER;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  private static Mode mode(ApplyMode mode) {
    return switch (mode) {
      case APPLY_MODE_UNSPECIFIED, APPLY_MODE_SWITCH -> Mode.SWITCH;
      case APPLY_MODE_DRY_RUN -> Mode.DRY_RUN;
      case APPLY_MODE_BUILD -> Mode.BUILD;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  private static Policy policy(CollisionPolicy policy) {
    return switch (policy) {
      case COLLISION_POLICY_UNSPECIFIED, COLLISION_POLICY_REFUSE -> Policy.REFUSE;
      case COLLISION_POLICY_BACKUP -> Policy.BACK_UP;
      case COLLISION_POLICY_OVERWRITE -> Policy.OVERWRITE;
      case UNRECOGNIZED -> throw new IllegalStateException("was checked");
    };
  }

  private static OperationSpec spec(ApplyUserRequest request) {
    var mode = mode(request.getMode());
    var change = mode == Mode.SWITCH;
    return OperationSpec.of(
            OperationKind.OPERATION_KIND_APPLY_USER,
            (request.hasRollback()
                    ? "roll back "
                    : switch (mode) {
                      case SWITCH -> "apply ";
                      case DRY_RUN -> "compare ";
                      case BUILD -> "build ";
                    })
                + String.join(" ", request.getUsersList().stream().limit(5).toList()))
        .flake(FlakeRef.of(request.getFlake()).text())
        .hosts(request.getHost().isEmpty() ? List.<String>of() : List.of(request.getHost()))
        .users(request.getUsersList())
        .requestId(request.getRequestId())
        .survivesClients(change)
        .onShutdown(change ? OnShutdown.FINISH : OnShutdown.INTERRUPT)
        .build();
  }
}
