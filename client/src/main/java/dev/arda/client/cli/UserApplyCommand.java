package dev.arda.client.cli;

import dev.arda.v1.ApplyEngine;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplySecrets;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CollisionPolicy;
import dev.arda.v1.CollisionRule;
import dev.arda.v1.GenerationChoice;
import dev.arda.v1.UserServiceGrpc;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda user apply}, {@code build}, {@code diff} and {@code rollback}. */
final class UserApplyCommand implements Command, TakesUsers {

  private final Kind kind;

  /** Which of them. */
  enum Kind {
    /** Brings homes to what the flake says. */
    APPLY,
    /** Builds what that would activate. */
    BUILD,
    /** Tells what that would change. */
    DIFF,
    /** Brings homes back to an earlier generation. */
    ROLLBACK
  }

  UserApplyCommand(Kind kind) {
    this.kind = kind;
  }

  @Override
  public void describe(CommandSpec spec) {
    switch (kind) {
      case APPLY -> {
        spec.usageMessage()
            .header("Builds and activates environments of users of the flake on this machine.")
            .description(
                "",
                "Looks what is in the way before anything is changed. If the activation fails, the"
                    + " profile and the files are put back. Once it has begun it goes on, also when"
                    + " this command or the daemon ends; see: arda user generations.",
                "",
                "alice means, on a machine called web01, the first that there is of"
                    + " alice@web01.example.org, alice@web01 and alice. As root, environments of"
                    + " other users are activated as those users.",
                "");
        Arguments.flag(spec, "--dry-run", "Change nothing; tell what would change.");
        Arguments.option(
            spec,
            "--mode",
            "MODE",
            "How far to go: switch (the default), or build, as arda user build does.");
        spec.addOption(
            OptionSpec.builder("--rollback")
                .arity("0..1")
                .type(String.class)
                .paramLabel("N")
                .preprocessor(new OnlyAttached())
                .description(
                    "Instead of what the flake says activate an earlier generation, as arda user"
                        + " rollback does.")
                .build());
        collisions(spec);
        specialisation(spec);
        secrets(spec);
      }
      case BUILD ->
          spec.usageMessage()
              .header("Builds environments of users of the flake, and prints where they are.")
              .description("", "The home is not looked at; nothing is activated.", "");
      case DIFF -> {
        spec.usageMessage()
            .header("Builds environments, and tells what applying them would change.")
            .description("", "Packages, files, and what is in the way. Changes nothing.", "");
        specialisation(spec);
      }
      case ROLLBACK -> {
        spec.usageMessage()
            .header("Activates an earlier generation of a user's environment.")
            .description("", "Without --to, the newest that is older than the current one.", "");
        Arguments.option(spec, "--to", "N", "The generation; arda user generations lists them.");
        collisions(spec);
      }
    }
    if (kind != Kind.BUILD) {
      Arguments.option(
          spec,
          "--host",
          "HOST",
          "On a host of the flake, over ssh; alice@HOST is looked for first. Default: here.");
      HostReachOptions.addTo(spec);
    }
    if (kind == Kind.APPLY || kind == Kind.DIFF) {
      Arguments.flag(
          spec,
          "--build-there",
          "With --host: the host builds the environment; only derivations are copied.");
    }
    Arguments.option(
        spec,
        "--engine",
        "ENGINE",
        "What does it: native (the default), or home-manager, the command, in its own way.");
    switch (kind) {
      case APPLY, DIFF -> TimeLimitOptions.addTo(spec);
      case BUILD -> TimeLimitOptions.addBuild(spec);
      case ROLLBACK -> TimeLimitOptions.addEvaluation(spec);
    }
    BuildSettings.addTo(spec);
    OperationViews.Wish.addTo(spec);
    if (kind == Kind.ROLLBACK) {
      Arguments.words(spec, "USER", "1", "A user of the flake, or a login name");
    } else {
      Arguments.words(spec, "USER", "1..*", "Users, for example alice or alice@web01");
    }
  }

  /** Adds the options that say what becomes of files in the way. */
  static void collisions(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--on-collision")
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("POLICY")
            .description(
                "What becomes of files in the way: refuse (the default), backup or overwrite; for"
                    + " one file PATH=POLICY, below the home directory. May be repeated.")
            .build());
    Arguments.option(
        spec, "--backup", "EXT", "Back files in the way up; what is added to their names.");
  }

  /** Adds the options that say what becomes of secrets. */
  static void secrets(CommandSpec spec) {
    Arguments.flag(
        spec, "--keep-secrets", "Leave secrets as they are on the machine; decrypt none.");
    UserSecretCommands.identity(spec);
  }

  /** What they say. */
  static ApplySecrets secrets(Session session, ParseResult arguments) {
    return ApplySecrets.newBuilder()
        .setKeep(arguments.hasMatchedOption("--keep-secrets"))
        .setIdentity(Arguments.path(session, arguments, "--identity"))
        .build();
  }

  private static void specialisation(CommandSpec spec) {
    SpecialisationOption.addTo(spec, "Activate this specialisation of it.");
  }

  @Override
  public int run(Session session, ParseResult arguments) throws InterruptedException {
    var request = request(session, arguments);
    return new Answers(session)
        .operation(
            OperationViews.Wish.of(arguments),
            UserServiceGrpc.getApplyUserMethod(),
            request,
            request.getRequestId(),
            ApplyUserResponse::getEvent,
            end -> new UserOutcomes(session).print(request, end));
  }

  private ApplyUserRequest request(Session session, ParseResult arguments) {
    var request =
        ApplyUserRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addAllUsers(Arguments.words(arguments))
            .setMode(mode(arguments))
            .setEngine(engine(Arguments.text(arguments, "--engine")))
            .setRequestId(UUID.randomUUID().toString());
    if (kind != Kind.BUILD) {
      request.setHost(Arguments.text(arguments, "--host")).setReach(HostReachOptions.of(arguments));
    }
    if (kind == Kind.APPLY) {
      request.setSecrets(secrets(session, arguments));
    }
    if (kind == Kind.APPLY || kind == Kind.DIFF) {
      request
          .setSpecialisation(SpecialisationOption.of(arguments))
          .setBuildThere(arguments.hasMatchedOption("--build-there"));
    }
    if (kind == Kind.ROLLBACK) {
      request.setRollback(generation("--to", arguments));
    } else if (kind == Kind.APPLY && arguments.hasMatchedOption("--rollback")) {
      request.setRollback(generation("--rollback", arguments));
    }
    if (kind == Kind.APPLY || kind == Kind.ROLLBACK) {
      collisions(request, arguments);
    }
    TimeLimitOptions.evaluation(arguments).ifPresent(request::setEvaluationLimit);
    if (kind != Kind.ROLLBACK) {
      TimeLimitOptions.build(arguments).ifPresent(request::setBuildLimit);
    }
    if (kind == Kind.APPLY || kind == Kind.DIFF) {
      TimeLimitOptions.copy(arguments).ifPresent(request::setCopyLimit);
    }
    return request.build();
  }

  /** Puts what the options say of files in the way into a request. */
  static void collisions(ApplyUserRequest.Builder request, ParseResult arguments) {
    Arguments.value(arguments, "--backup")
        .ifPresent(extension ->
            request
                .setOnCollision(CollisionPolicy.COLLISION_POLICY_BACKUP)
                .setBackupExtension(extension));
    for (var text : arguments.matchedOptionValue("--on-collision", List.<String>of())) {
      rule(request, text);
    }
  }

  private static ApplyEngine engine(String text) {
    return switch (text) {
      case "", "native" -> ApplyEngine.APPLY_ENGINE_NATIVE;
      case "home-manager" -> ApplyEngine.APPLY_ENGINE_HOME_MANAGER;
      default ->
          throw new UsageException(
              "--engine takes native or home-manager, not " + Style.safe(text));
    };
  }

  private ApplyMode mode(ParseResult arguments) {
    return switch (kind) {
      case APPLY -> applyMode(arguments);
      case BUILD -> ApplyMode.APPLY_MODE_BUILD;
      case DIFF -> ApplyMode.APPLY_MODE_DRY_RUN;
      case ROLLBACK -> ApplyMode.APPLY_MODE_SWITCH;
    };
  }

  private static ApplyMode applyMode(ParseResult arguments) {
    boolean dry = arguments.hasMatchedOption("--dry-run");
    return switch (Arguments.value(arguments, "--mode").orElse("switch")) {
      case "switch" -> dry ? ApplyMode.APPLY_MODE_DRY_RUN : ApplyMode.APPLY_MODE_SWITCH;
      case "build" -> {
        if (dry) {
          throw new UsageException("--mode build changes nothing, so it has no --dry-run");
        }
        yield ApplyMode.APPLY_MODE_BUILD;
      }
      default -> throw new UsageException("--mode takes switch or build");
    };
  }

  private static void rule(ApplyUserRequest.Builder request, String text) {
    int equals = text.lastIndexOf('=');
    var policy = policy(text.substring(equals + 1));
    if (equals < 0) {
      request.setOnCollision(policy);
    } else {
      request.addCollisionRules(
          CollisionRule.newBuilder().setPath(text.substring(0, equals)).setPolicy(policy));
    }
  }

  private static CollisionPolicy policy(String text) {
    return switch (text) {
      case "refuse" -> CollisionPolicy.COLLISION_POLICY_REFUSE;
      case "backup" -> CollisionPolicy.COLLISION_POLICY_BACKUP;
      case "overwrite" -> CollisionPolicy.COLLISION_POLICY_OVERWRITE;
      default ->
          throw new UsageException(
              "--on-collision takes refuse, backup or overwrite, not " + Style.safe(text));
    };
  }

  /** The generation that an option names; without a value the one before the current one. */
  private static GenerationChoice generation(String option, ParseResult arguments) {
    var text = Arguments.text(arguments, option);
    if (!text.isEmpty() && !text.matches("[1-9][0-9]{0,14}")) {
      throw new UsageException(
          "%s takes the number of a generation, not %s; arda user generations lists them"
              .formatted(option, Style.safe(text)));
    }
    return GenerationChoice.newBuilder()
        .setNumber(text.isEmpty() ? 0 : Long.parseLong(text))
        .build();
  }
}
