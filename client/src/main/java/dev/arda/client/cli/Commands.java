package dev.arda.client.cli;

import java.util.List;

/**
 * What commands there are. Each is made only when a command line names it, so that starting {@code
 * arda} costs the same however many there are: a new command is one name here and one line in
 * {@link #make}.
 */
final class Commands {

  /** Commands directly below {@code arda}, in the order of its help. */
  static final List<String> TOP =
      List.of(
          "eval",
          "build",
          "host",
          "user",
          "ops",
          "flake",
          "store",
          "shell",
          "gc",
          "daemon",
          "trust",
          "doctor",
          "config",
          "completion",
          "version",
          "__complete",
          "help");

  /** What stands at a place of the tree. */
  sealed interface Node {
    /** A command that runs. */
    record Leaf(Command command) implements Node {}

    /**
     * A word that other commands follow.
     *
     * @param header what they are about
     * @param names those that can follow, in the order of its help
     */
    record Group(String header, List<String> names) implements Node {}
  }

  private Commands() {}

  /** The name that a word means: another one if it is an alias. */
  static String canonical(String word) {
    return word.equals("select") ? "eval" : word;
  }

  /**
   * Makes a command or a group.
   *
   * @param path its words after {@code arda}, with a space between them; a canonical one
   */
  static Node make(String path) {
    // A switch and no table of constructors: each entry of a table would be made at every start.
    return switch (path) {
      case "eval" -> leaf(new EvalCommand());
      case "build" -> leaf(new BuildCommand());
      case "host" ->
          group(
              "Knows the hosts of a flake and brings them to their configuration.",
              "list",
              "create",
              "delete",
              "install",
              "hardware",
              "update",
              "deploy",
              "setup",
              "rollback",
              "morph",
              "diff",
              "status",
              "generations",
              "prune",
              "ssh");
      case "host update" -> leaf(new HostDeployCommand(HostDeployCommand.Kind.UPDATE));
      case "host deploy" -> leaf(new HostDeployCommand(HostDeployCommand.Kind.DEPLOY));
      case "host setup" -> leaf(new HostSetupCommand());
      case "host rollback" -> leaf(new HostDeployCommand(HostDeployCommand.Kind.ROLLBACK));
      case "host morph" -> leaf(new HostMorphCommand());
      case "host diff" -> leaf(new HostDeployCommand(HostDeployCommand.Kind.DIFF));
      case "host status" -> leaf(new HostStatusCommand());
      case "host generations" -> leaf(new HostGenerationsCommand());
      case "host prune" -> leaf(new HostPruneCommand());
      case "host ssh" -> leaf(new HostSshCommand());
      case "host create" -> leaf(new HostCreateCommand());
      case "host install" -> leaf(new HostInstallCommand());
      case "host hardware" -> leaf(new HostHardwareCommand());
      case "host delete" -> leaf(new HostDeleteCommand());
      case "host list" -> leaf(new HostListCommand());
      case "user" ->
          group(
              "Knows the users of a flake, and applies their environments.",
              "list",
              "show",
              "apply",
              "build",
              "diff",
              "rollback",
              "generations",
              "packages",
              "dotfiles",
              "secrets",
              "shell",
              "dev");
      case "user packages" -> leaf(new UserPackagesCommand());
      case "user dotfiles" ->
          group(
              "Shows the files of users' environments, and takes files of homes into the flake.",
              "list",
              "diff",
              "adopt");
      case "user dotfiles list" -> leaf(new UserDotfileCommands.Listing());
      case "user dotfiles diff" -> leaf(new UserDotfileCommands.Comparing());
      case "user dotfiles adopt" -> leaf(new UserDotfileCommands.Adopting());
      case "user secrets" ->
          group(
              "Keeps secrets of users in the flake, encrypted.",
              "list",
              "set",
              "get",
              "rotate",
              "delete");
      case "user secrets list" -> leaf(new UserSecretCommands.Listing());
      case "user secrets set" -> leaf(new UserSecretCommands.Setting());
      case "user secrets get" -> leaf(new UserSecretCommands.Getting());
      case "user secrets rotate" -> leaf(new UserSecretCommands.Rotating());
      case "user secrets delete" -> leaf(new UserSecretCommands.Deleting());
      case "user shell" -> leaf(new UserShellPathCommand());
      case "user dev" -> leaf(new UserDevCommand());
      case "user build" -> leaf(new UserApplyCommand(UserApplyCommand.Kind.BUILD));
      case "user apply" -> leaf(new UserApplyCommand(UserApplyCommand.Kind.APPLY));
      case "user diff" -> leaf(new UserApplyCommand(UserApplyCommand.Kind.DIFF));
      case "user rollback" -> leaf(new UserApplyCommand(UserApplyCommand.Kind.ROLLBACK));
      case "user generations" -> leaf(new UserGenerationsCommand());
      case "user list" -> leaf(new UserListCommand());
      case "user show" -> leaf(new UserShowCommand());
      case "ops" ->
          group(
              "Shows what the daemon does and did, and stops it.",
              "list",
              "show",
              "watch",
              "logs",
              "cancel");
      case "ops list" -> leaf(new OpsListCommand());
      case "ops show" -> leaf(new OpsShowCommand());
      case "ops watch" -> leaf(new OpsWatchCommand());
      case "ops logs" -> leaf(new OpsLogsCommand());
      case "ops cancel" -> leaf(new OpsCancelCommand());
      case "flake" ->
          group(
              "Shows what a flake is and offers, locks and checks it.",
              "metadata",
              "show",
              "update",
              "lock",
              "check");
      case "flake metadata" -> leaf(new FlakeMetadataCommand());
      case "flake show" -> leaf(new FlakeShowCommand());
      case "flake update" -> leaf(new FlakeWorkCommands.Update());
      case "flake lock" -> leaf(new FlakeWorkCommands.Lock());
      case "flake check" -> leaf(new FlakeWorkCommands.Check());
      case "store" ->
          group(
              "Looks into Nix stores, and copies, signs and verifies what is in them.",
              "refs",
              "closure",
              "diff",
              "why",
              "copy",
              "push",
              "sign",
              "verify",
              "roots");
      case "store refs" -> leaf(new StorePathCommands.Refs());
      case "store closure" -> leaf(new StorePathCommands.Closure());
      case "store diff" -> leaf(new StorePathCommands.Diff());
      case "store why" -> leaf(new StorePathCommands.Why());
      case "store copy" -> leaf(new StoreWorkCommands.Copy(false));
      case "store push" -> leaf(new StoreWorkCommands.Copy(true));
      case "store sign" -> leaf(new StoreWorkCommands.Sign());
      case "store verify" -> leaf(new StoreWorkCommands.Verify());
      case "store roots" -> group("Lists and removes what keeps store paths.", "list", "remove");
      case "store roots list" -> leaf(new StoreWorkCommands.RootsList());
      case "store roots remove" -> leaf(new StoreWorkCommands.RootsRemove());
      case "shell" -> leaf(new ShellCommand());
      case "gc" -> leaf(new StoreWorkCommands.Gc());
      case "daemon" ->
          group(
              "Starts, stops and examines the daemon.",
              "start",
              "stop",
              "restart",
              "status",
              "metrics",
              "logs",
              "forget",
              "run");
      case "daemon start" -> leaf(new DaemonStartCommand());
      case "daemon stop" -> leaf(new DaemonStopCommand());
      case "daemon restart" -> leaf(new DaemonRestartCommand());
      case "daemon status" -> leaf(new DaemonStatusCommand());
      case "daemon metrics" -> leaf(new DaemonMetricsCommand());
      case "daemon logs" -> leaf(new DaemonLogsCommand());
      case "daemon forget" -> leaf(new DaemonForgetCommand());
      case "daemon run" -> leaf(new DaemonRunCommand());
      case "trust" -> leaf(new TrustCommand());
      case "doctor" -> leaf(new DoctorCommand());
      case "config" -> leaf(new ConfigCommand());
      case "completion" -> leaf(new CompletionCommand());
      case "version" -> leaf(new VersionCommand());
      case "__complete" -> leaf(new CompleteCommand());
      case "help" -> leaf(new HelpCommand());
      default -> throw new IllegalArgumentException("there is no command " + path);
    };
  }

  private static Node leaf(Command command) {
    return new Node.Leaf(command);
  }

  private static Node group(String header, String... names) {
    return new Node.Group(header, List.of(names));
  }
}
