package dev.arda.lsp.protocol;

import static dev.arda.lsp.protocol.ServerInProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.arda.client.Trust.Decision;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.document.Uris;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildResponse;
import dev.arda.v1.BuildServiceGrpc;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.Host;
import dev.arda.v1.HostPage;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListHostsResponse;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationAccepted;
import dev.arda.v1.OperationCounter;
import dev.arda.v1.OperationCounterKind;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationFinished;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.OperationState;
import dev.arda.v1.OperationUpdate;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Building and deploying from an editor. */
class DeedCommandsTest {

  private static final String TEXT =
      """
      { outputs = { self }: {
          nixosConfigurations.web01 = { };
          homeConfigurations.alice = { };
        }; }
      """;

  @TempDir Path home;
  private Path flake;
  private FakeDaemon daemon;
  private ServerInProcess server;
  private final BlockingQueue<BuildRequest> builds = new LinkedBlockingQueue<>();
  private final BlockingQueue<DeployRequest> deployments = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> cancelled = new CompletableFuture<>();
  private volatile boolean waits;

  @BeforeEach
  void setUp() throws Exception {
    flake = Files.createDirectory(home.resolve("flake")).toRealPath();
    Files.writeString(flake.resolve("flake.nix"), TEXT);
    daemon =
        new FakeDaemon(
            ServerInProcess.runtimeDirectory(home), 1, new Builds(), new Hosts(), new Operations());
    server = new ServerInProcess(home, Patience.OF_A_PERSON);
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
    daemon.close();
  }

  private void open(Decision decision, String capabilities) throws Exception {
    server.decide(flake, decision);
    server.initialize(capabilities);
    server.open(uri(), TEXT);
  }

  private static final String PROGRESS = "{'window':{'workDoneProgress':true}}";

  private String uri() {
    return Uris.of(flake.resolve("flake.nix"));
  }

  private JsonObject execute(String command, String name) {
    return server
        .editor
        .ask(
            "workspace/executeCommand",
            json(
                "{'command':'%s','arguments':[{'uri':'%s','kind':'host','name':'%s'}]}"
                    .formatted(command, uri(), name)))
        .await();
  }

  private JsonObject progress(String kind) {
    return server.editor.await(message ->
        message.has("method")
            && message.get("method").getAsString().equals("$/progress")
            && message.toString().contains("\"kind\":\"" + kind + "\""));
  }

  @Test
  void lensesAndActions_areThoseOfHostsAndUsers() throws Exception {
    open(Decision.TRUSTED, "{}");
    var lenses =
        server
            .editor
            .result("textDocument/codeLens", json("{'textDocument':{'uri':'" + uri() + "'}}"))
            .toString();
    assertThat(lenses)
        .contains("\"title\":\"Build\"", "\"title\":\"Deploy\"", "\"title\":\"Diff\"")
        .contains("\"command\":\"arda.apply\"", "\"name\":\"alice\"");
    var place = "{'line':1,'character':26}";
    var actions =
        server
            .editor
            .result(
                "textDocument/codeAction",
                json(
                    "{'textDocument':{'uri':'%s'},'range':{'start':%s,'end':%s},'context':{'diagnostics':[]}}"
                        .formatted(uri(), place, place)))
            .toString();
    assertThat(actions)
        .contains("\"title\":\"Build web01\"", "\"command\":\"arda.deploy\"")
        .doesNotContain("alice");
  }

  @Test
  void lensesOfManyHostsOfOneLine_askWhich() throws Exception {
    var text =
        "{ outputs = { self }: { nixosConfigurations = { web01 = 1; web02 = 1; web03 = 1; %s }; }; }";
    server.decide(flake, Decision.TRUSTED);
    server.initialize(PROGRESS);
    server.open(uri(), text.formatted(""));
    var params = json("{'textDocument':{'uri':'" + uri() + "'}}");
    assertThat(server.editor.result("textDocument/codeLens", params).toString())
        .contains("Build web01", "Deploy web03")
        .doesNotContain("names");

    server.editor.tell(
        "textDocument/didChange",
        json(
            "{'textDocument':{'uri':'%s','version':2},'contentChanges':[{'text':'%s'}]}"
                .formatted(uri(), text.formatted("db01 = 1;"))));
    var lenses = server.editor.result("textDocument/codeLens", params).getAsJsonArray();
    assertThat(lenses)
        .extracting(
            lens -> lens.getAsJsonObject().getAsJsonObject("command").get("title").getAsString())
        .containsExactly("Build a host…", "Diff a host…", "Deploy a host…");
    var build = lenses.get(0).getAsJsonObject().getAsJsonObject("command");
    assertThat(build.toString()).contains("\"names\":[\"web01\",\"web02\",\"web03\",\"db01\"]");
    server.editor.reply("window/showMessageRequest", JsonNull.INSTANCE);
    server.editor.result("workspace/executeCommand", build);
    assertThat(server.editor.await("window/showMessageRequest").toString())
        .contains("Build which host?", "web02");
    server.editor.reply("window/showMessageRequest", json("{'title':'web01'}"));
    server.editor.result("workspace/executeCommand", build);
    assertThat(builds.poll(60, TimeUnit.SECONDS).getTargets(0).getHost()).isEqualTo("web01");
    assertThat(builds).isEmpty();
  }

  @Test
  void build_isFollowedByProgress_withOneEnd() throws Exception {
    open(Decision.TRUSTED, PROGRESS);
    assertThat(execute("arda.build", "web01").has("result")).isTrue();
    assertThat(builds.poll(60, TimeUnit.SECONDS).getTargets(0).getHost()).isEqualTo("web01");
    assertThat(progress("begin").toString())
        .contains("\"cancellable\":true")
        .contains("Build web01");
    progress("end");
    assertThat(server.editor.await("window/showMessage").toString()).contains("web01: built");
    server.editor.result("shutdown", JsonNull.INSTANCE);
    assertThat(server.editor.count("window/workDoneProgress/create")).isOne();
  }

  @Test
  void cancelOfTheProgress_cancelsTheOperation_andEndsOnce() throws Exception {
    waits = true;
    open(Decision.TRUSTED, PROGRESS);
    execute("arda.build", "web01");
    var begin = progress("begin");
    progress("report");
    server.editor.tell(
        "window/workDoneProgress/cancel",
        json("{'token':" + begin.getAsJsonObject("params").get("token") + "}"));
    assertThat(cancelled.get(60, TimeUnit.SECONDS)).isEqualTo("operations/abc");
    progress("end");
    assertThat(server.editor.await("window/showMessage").toString()).contains("web01: cancelled");
  }

  @Test
  void editorWithoutProgress_isToldTheEnd() throws Exception {
    open(Decision.TRUSTED, "{}");
    execute("arda.build", "web01");
    assertThat(server.editor.await("window/showMessage").toString()).contains("web01: built");
    assertThat(server.editor.count("$/progress")).isZero();
    assertThat(server.editor.count("window/workDoneProgress/create")).isZero();
  }

  @Test
  void deployment_isAskedAboutFirst() throws Exception {
    open(Decision.TRUSTED, PROGRESS);
    server.editor.reply("window/showMessageRequest", json("{'title':'Cancel'}"));
    execute("arda.deploy", "web01");
    assertThat(server.editor.await("window/showMessageRequest").toString())
        .contains("Deploy web01?");
    server.editor.reply("window/showMessageRequest", json("{'title':'Deploy'}"));
    execute("arda.deploy", "web01");
    assertThat(deployments.poll(60, TimeUnit.SECONDS).getSelectionsList())
        .containsExactly("\"web01\"");
    progress("end");
    assertThat(deployments).isEmpty();
  }

  @Test
  void hostThatIsNone_isNotTakenForATag() throws Exception {
    open(Decision.TRUSTED, PROGRESS);
    execute("arda.diff", "prod");
    assertThat(server.editor.await("window/showMessage").toString()).contains("has no host 'prod'");
    assertThat(deployments).isEmpty();
  }

  @Test
  void flakeThatIsNotTrusted_isRefused() throws Exception {
    open(Decision.REFUSED, PROGRESS);
    var error = execute("arda.build", "web01").getAsJsonObject("error");
    assertThat(error.get("code").getAsInt()).isEqualTo(-32803);
    assertThat(error.get("message").getAsString()).contains("is not trusted");
    assertThat(
            server.editor.result(
                "textDocument/codeLens", json("{'textDocument':{'uri':'" + uri() + "'}}")))
        .isEqualTo(json("[]"));
    assertThat(builds).isEmpty();
  }

  @Test
  void editorThatDoesNotTrustItsFolders_restrictsWhatIsTrusted() throws Exception {
    server.decide(flake, Decision.TRUSTED);
    server.editor.result(
        "initialize",
        json("{'capabilities':{},'initializationOptions':{'workspaceTrusted':false}}"));
    server.editor.tell("initialized", json("{}"));
    server.open(uri(), TEXT);
    assertThat(execute("arda.build", "web01").has("error")).isTrue();
    server.editor.result("textDocument/hover", server.at(uri(), 1, 26));
    assertThat(daemon.asked).isEmpty();
    assertThat(server.editor.count("window/showMessageRequest")).isZero();
  }

  @Test
  void wrongCommands_areRefused() throws Exception {
    open(Decision.TRUSTED, PROGRESS);
    for (var wrong :
        new JsonObject[] {
          execute("arda.format", "web01"), execute("arda.apply", "web01"), execute("arda.build", "")
        }) {
      assertThat(wrong.getAsJsonObject("error").get("code").getAsInt()).isEqualTo(-32602);
    }
  }

  private static OperationEvent accepted() {
    return OperationEvent.newBuilder()
        .setSequence(1)
        .setAccepted(
            OperationAccepted.newBuilder()
                .setOperation(Operation.newBuilder().setName("operations/abc")))
        .build();
  }

  private static OperationEvent update() {
    return OperationEvent.newBuilder()
        .setSequence(2)
        .setUpdate(
            OperationUpdate.newBuilder()
                .addCounters(
                    OperationCounter.newBuilder()
                        .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS)
                        .setDone(1)
                        .setExpected(4)))
        .build();
  }

  private static OperationEvent finished(OperationState state) {
    return OperationEvent.newBuilder()
        .setSequence(3)
        .setFinished(
            OperationFinished.newBuilder()
                .setOperation(Operation.newBuilder().setName("operations/abc").setState(state)))
        .build();
  }

  private final class Builds extends BuildServiceGrpc.BuildServiceImplBase {
    @Override
    public void build(BuildRequest request, StreamObserver<BuildResponse> observer) {
      builds.add(request);
      observer.onNext(BuildResponse.newBuilder().setEvent(accepted()).build());
      if (!waits) {
        end(observer, OperationState.OPERATION_STATE_SUCCEEDED);
        return;
      }
      // Told again until somebody hears it: nothing is reported before the editor has agreed.
      Thread.ofVirtual()
          .start(() -> {
            for (int i = 1; !cancelled.isDone(); i++) {
              var counter =
                  OperationCounter.newBuilder()
                      .setKind(OperationCounterKind.OPERATION_COUNTER_KIND_BUILDS)
                      .setDone(Math.min(i, 99))
                      .setExpected(100);
              observer.onNext(
                  BuildResponse.newBuilder()
                      .setEvent(
                          update().toBuilder()
                              .setUpdate(OperationUpdate.newBuilder().addCounters(counter)))
                      .build());
              try {
                var _ = cancelled.get(50, TimeUnit.MILLISECONDS);
              } catch (Exception e) {
                // not yet
              }
            }
            end(observer, OperationState.OPERATION_STATE_CANCELLED);
          });
    }

    private void end(StreamObserver<BuildResponse> observer, OperationState state) {
      observer.onNext(BuildResponse.newBuilder().setEvent(finished(state)).build());
      observer.onCompleted();
    }
  }

  private final class Hosts extends HostServiceGrpc.HostServiceImplBase {
    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
      observer.onNext(
          ListHostsResponse.newBuilder()
              .setHosts(HostPage.newBuilder().addHosts(Host.newBuilder().setName("web01")))
              .build());
      observer.onCompleted();
    }

    @Override
    public void deploy(DeployRequest request, StreamObserver<DeployResponse> observer) {
      deployments.add(request);
      observer.onNext(DeployResponse.newBuilder().setEvent(accepted()).build());
      observer.onNext(
          DeployResponse.newBuilder()
              .setEvent(finished(OperationState.OPERATION_STATE_SUCCEEDED))
              .build());
      observer.onCompleted();
    }
  }

  private final class Operations extends OperationServiceGrpc.OperationServiceImplBase {
    @Override
    public void cancelOperation(
        CancelOperationRequest request, StreamObserver<CancelOperationResponse> observer) {
      cancelled.complete(request.getName());
      observer.onNext(CancelOperationResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }
}
