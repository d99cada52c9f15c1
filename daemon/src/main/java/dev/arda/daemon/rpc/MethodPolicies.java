package dev.arda.daemon.rpc;

import static dev.arda.daemon.rpc.MethodPolicies.Capability.ADMIN;
import static dev.arda.daemon.rpc.MethodPolicies.Capability.OPERATE;
import static dev.arda.daemon.rpc.MethodPolicies.Capability.READ;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each method needs: the one table that authorisation reads. A method that is not in it is
 * refused, so that a new service is closed until somebody has thought about it.
 */
final class MethodPolicies {

  /** What a caller can be allowed to do. */
  enum Capability {
    /** Ask: evaluate, look up, list. */
    READ,
    /** Have something done, or stop it. */
    OPERATE,
    /** Steer the daemon itself. */
    ADMIN
  }

  /**
   * What a method needs.
   *
   * @param capability what the caller must be allowed
   * @param work whether a call of it is work that keeps the daemon from ending. Looking at the
   *     daemon is not: a panel that watches its health or polls its status for days must not keep
   *     it alive for days
   */
  record Policy(Capability capability, boolean work) {}

  private static final Map<String, Policy> TABLE =
      Map.ofEntries(
          Map.entry("arda.v1.SelectionService/Select", new Policy(READ, true)),
          Map.entry("arda.v1.SelectionService/Precache", new Policy(READ, true)),
          Map.entry("arda.v1.SelectionService/Complete", new Policy(READ, true)),
          Map.entry("arda.v1.SelectionService/Describe", new Policy(READ, true)),
          Map.entry("arda.v1.SelectionService/Invalidate", new Policy(ADMIN, true)),
          Map.entry("arda.v1.FlakeService/GetMetadata", new Policy(READ, true)),
          Map.entry("arda.v1.FlakeService/Show", new Policy(READ, true)),
          // An operation that goes on keeps the daemon alive by itself.
          Map.entry("arda.v1.OperationService/WatchOperation", new Policy(READ, true)),
          Map.entry("arda.v1.OperationService/GetOperation", new Policy(READ, false)),
          Map.entry("arda.v1.OperationService/ListOperations", new Policy(READ, false)),
          Map.entry("arda.v1.OperationService/CancelOperation", new Policy(OPERATE, false)),
          Map.entry("arda.v1.OperationService/AnswerPrompt", new Policy(OPERATE, false)),
          Map.entry("arda.v1.OperationService/ReadOperationLog", new Policy(READ, true)),
          Map.entry("arda.v1.BuildService/Build", new Policy(OPERATE, true)),
          Map.entry("arda.v1.HostService/ListHosts", new Policy(READ, true)),
          Map.entry("arda.v1.HostService/Deploy", new Policy(OPERATE, true)),
          Map.entry("arda.v1.HostService/GetHostStatus", new Policy(READ, true)),
          Map.entry("arda.v1.HostService/GetLogin", new Policy(READ, true)),
          Map.entry("arda.v1.HostGenerationService/DiffGenerations", new Policy(READ, true)),
          Map.entry("arda.v1.HostGenerationService/PruneGenerations", new Policy(OPERATE, true)),
          Map.entry("arda.v1.HostLifecycleService/CreateHost", new Policy(OPERATE, true)),
          Map.entry("arda.v1.HostLifecycleService/DeleteHost", new Policy(OPERATE, true)),
          Map.entry("arda.v1.HostLifecycleService/RefreshHardware", new Policy(OPERATE, true)),
          // An operation that goes on keeps the daemon alive by itself.
          Map.entry("arda.v1.HostLifecycleService/InstallHost", new Policy(OPERATE, true)),
          Map.entry("arda.v1.FlakeService/Update", new Policy(OPERATE, true)),
          Map.entry("arda.v1.FlakeService/Lock", new Policy(OPERATE, true)),
          Map.entry("arda.v1.FlakeService/Check", new Policy(OPERATE, true)),
          Map.entry("arda.v1.StoreService/FindReferences", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/GetPaths", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/CheckPaths", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/GetClosure", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/DiffClosures", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/WhyDepends", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/ListRoots", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/RemoveRoot", new Policy(OPERATE, true)),
          Map.entry("arda.v1.StoreService/FindGarbage", new Policy(READ, true)),
          Map.entry("arda.v1.StoreService/Sign", new Policy(OPERATE, true)),
          Map.entry("arda.v1.StoreService/Copy", new Policy(OPERATE, true)),
          Map.entry("arda.v1.StoreService/Verify", new Policy(OPERATE, true)),
          Map.entry("arda.v1.StoreService/CollectGarbage", new Policy(OPERATE, true)),
          Map.entry("arda.v1.ShellService/ProvidePackages", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserService/ListUsers", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/ApplyUser", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserService/ListUserGenerations", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/GetHomeExpression", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/ListUserPackages", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/ListDotfiles", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/CompareDotfiles", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/AdoptDotfile", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserService/GetUserShell", new Policy(READ, true)),
          Map.entry("arda.v1.UserService/GetDevShell", new Policy(READ, true)),
          Map.entry("arda.v1.SetupService/SetupHost", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserSecretService/ListUserSecrets", new Policy(READ, true)),
          Map.entry("arda.v1.UserSecretService/SetUserSecret", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserSecretService/GetUserSecret", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserSecretService/RotateUserSecrets", new Policy(OPERATE, true)),
          Map.entry("arda.v1.UserSecretService/DeleteUserSecret", new Policy(OPERATE, true)),
          // An operation that goes on keeps the daemon alive by itself.
          Map.entry("arda.v1.DaemonService/Status", new Policy(READ, false)),
          Map.entry("arda.v1.DaemonService/Metrics", new Policy(READ, false)),
          Map.entry("arda.v1.DaemonService/Shutdown", new Policy(ADMIN, false)),
          Map.entry("grpc.health.v1.Health/Check", new Policy(READ, false)),
          Map.entry("grpc.health.v1.Health/Watch", new Policy(READ, false)),
          Map.entry(
              "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", new Policy(READ, false)));

  private MethodPolicies() {}

  /** The methods in the table. */
  static Set<String> methods() {
    return TABLE.keySet();
  }

  /**
   * What a method needs; empty: it is not to be called.
   *
   * @param method full name, for example {@code arda.v1.DaemonService/Status}
   */
  static Optional<Policy> of(String method) {
    return Optional.ofNullable(TABLE.get(method));
  }
}
