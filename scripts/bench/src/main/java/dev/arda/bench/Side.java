package dev.arda.bench;

import dev.arda.client.ArdaClient;
import dev.arda.client.CallContexts;
import dev.arda.client.DaemonConnector;
import dev.arda.client.Deadline;
import dev.arda.client.Environment;
import dev.arda.v1.CallContext;
import dev.arda.v1.NixOptions;
import dev.arda.v1.SelectRequest;
import dev.arda.v1.SelectResponse;
import dev.arda.v1.SelectorResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Nix with a store of its own, and a daemon of its own that uses it. Both sides of a comparison
 * run in the same environment. The daemon is started by the first question. Any number of threads
 * may {@link #select}; everything else is for one.
 */
final class Side implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Workspace workspace;
  private final Path arda;
  private final Path nix;
  private final Path root;
  private final Map<String, String> environment;
  private final String version;
  private Optional<ArdaClient> client = Optional.empty();

  Side(Workspace workspace, Path distribution, Path nix, String name)
      throws IOException, InterruptedException {
    this.workspace = workspace;
    this.arda = distribution.resolve("bin/arda");
    this.nix = nix;
    this.root = workspace.directory(name);
    this.environment = environment(workspace.socketDirectory(name));
    String said = workspace.run(environment, root, List.of(nix.toString(), "--version")).output();
    this.version = said.substring(said.lastIndexOf(' ') + 1);
  }

  private Map<String, String> environment(Path sockets) throws IOException {
    var variables = new LinkedHashMap<String, String>();
    for (String name : List.of("store", "state", "log", "conf", "home", "cache", "work")) {
      Files.createDirectories(root.resolve(name));
    }
    variables.put("PATH", nix.getParent() + ":" + System.getenv("PATH"));
    variables.put("HOME", root.resolve("home").toString());
    variables.put("LANG", "C.UTF-8");
    variables.put("XDG_CACHE_HOME", root.resolve("cache").toString());
    variables.put("XDG_CONFIG_HOME", root.resolve("home/config").toString());
    variables.put("XDG_STATE_HOME", root.resolve("home/state").toString());
    variables.put("XDG_RUNTIME_DIR", sockets.toString());
    variables.put("ARDA_RUNTIME_DIR", sockets.resolve("arda").toString());
    variables.put("ARDA_START_TIMEOUT", PATIENCE.toSeconds() + "s");
    variables.put("ARDA_STATE_DIR", root.resolve("home/state/arda").toString());
    variables.put("ARDA_JAVA_HOME", System.getProperty("java.home"));
    variables.put("NIX_STORE_DIR", root.resolve("store").toString());
    variables.put("NIX_STATE_DIR", root.resolve("state").toString());
    variables.put("NIX_LOG_DIR", root.resolve("log").toString());
    variables.put("NIX_CONF_DIR", root.resolve("conf").toString());
    variables.put("NIX_REMOTE", "");
    variables.put(
        "NIX_CONFIG",
        "sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes\n");
    variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
    variables.put("GIT_CONFIG_SYSTEM", "/dev/null");
    return variables;
  }

  /** Version of the Nix, such as 2.26.3. */
  String version() {
    return version;
  }

  /** Whether this Nix evaluates purely in an evaluator that lives on. */
  boolean staysWarm() {
    return !version.startsWith("2.8.");
  }

  Workspace workspace() {
    return workspace;
  }

  /** A directory for flakes. */
  Path work() {
    return root.resolve("work");
  }

  Workspace.Run run(Path cwd, List<String> command) throws InterruptedException {
    return workspace.run(environment, cwd, command);
  }

  /** {@code nix eval --json} of an attribute of the flake in a directory. */
  Workspace.Run nixEval(Path flake, String attribute) throws InterruptedException {
    return run(flake, List.of(nix.toString(), "eval", "--json", flake + "#" + attribute));
  }

  /** {@code nix} with any arguments. */
  Workspace.Run nix(Path cwd, List<String> arguments) throws InterruptedException {
    var command = new java.util.ArrayList<>(List.of(nix.toString()));
    command.addAll(arguments);
    return run(cwd, command);
  }

  /** A whole process {@code arda} with any arguments. */
  Workspace.Run arda(Path cwd, List<String> arguments) throws InterruptedException {
    var command = new java.util.ArrayList<>(List.of(arda.toString()));
    command.addAll(arguments);
    var run = run(cwd, command);
    var _ = client();
    return run;
  }

  /** A language server for a user whose settings and daemon are those of this side. */
  Process languageServer() throws IOException {
    var builder = new ProcessBuilder(arda.toString(), "lsp").directory(work().toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    workspace.own(process.toHandle());
    return process;
  }

  /** A whole process {@code arda eval --json} of a selector. */
  Workspace.Run ardaEval(Path flake, String selector) throws InterruptedException {
    return arda(flake, List.of("eval", "--json", "--flake", flake.toString(), selector));
  }

  /** A request for one value. */
  SelectRequest request(Path flake, String selector) {
    CallContext context =
        new CallContexts(new Environment(environment, flake, Optional.of(arda), "", 0))
            .context(NixOptions.getDefaultInstance());
    return SelectRequest.newBuilder()
        .setContext(context)
        .setFlake(flake.toString())
        .addSelectors(selector)
        .build();
  }

  /** What {@link #request} gives, as JSON, over the open connection. */
  Workspace.Run select(Path flake, String selector) throws InterruptedException {
    return ask(client(), request(flake, selector));
  }

  /**
   * Asks over a connection.
   *
   * @throws IllegalStateException if there is no value
   */
  static Workspace.Run ask(ArdaClient client, SelectRequest request) throws InterruptedException {
    var value = new ByteArrayOutputStream();
    long began = System.nanoTime();
    try (var events = client.select(request)) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        SelectResponse response = event.get();
        if (response.getEventCase() == SelectResponse.EventCase.CHUNK) {
          response.getChunk().getJson().writeTo(value);
        } else if (response.getEventCase() == SelectResponse.EventCase.RESULT) {
          SelectorResult result = response.getResult();
          if (result.hasError()) {
            throw new IllegalStateException(
                request.getSelectors(0) + ": " + result.getError().getMessage());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Workspace.Run(System.nanoTime() - began, value.toString(StandardCharsets.UTF_8));
  }

  /** The open connection to the daemon, which is started if there is none. */
  ArdaClient client() throws InterruptedException {
    if (client.isEmpty()) {
      int uid = uid();
      var place = new Environment(environment, root, Optional.of(arda), "", uid);
      var opened = ArdaClient.connect(new DaemonConnector(place), Deadline.after(PATIENCE));
      client = Optional.of(opened);
      workspace.own(daemon());
    }
    return client.get();
  }

  /** The daemon's process. */
  ProcessHandle daemon() throws InterruptedException {
    return ProcessHandle.of(client().greeting().getPid()).orElseThrow();
  }

  /** Ends the daemon; the next question starts another. */
  void stop() throws InterruptedException {
    if (client.isPresent()) {
      ProcessHandle process = daemon();
      client.get().close();
      client = Optional.empty();
      var _ = run(root, List.of(arda.toString(), "daemon", "stop"));
      process.onExit().join();
    }
  }

  private static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of(System.getProperty("user.home")), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves the connection; the workspace ends the daemon. */
  @Override
  public void close() {
    client.ifPresent(ArdaClient::close);
    client = Optional.empty();
  }
}
