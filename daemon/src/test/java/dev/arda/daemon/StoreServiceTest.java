package dev.arda.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.v1.CallContext;
import dev.arda.v1.CheckPathsRequest;
import dev.arda.v1.CheckRequest;
import dev.arda.v1.CollectGarbageRequest;
import dev.arda.v1.CopyRequest;
import dev.arda.v1.DiffClosuresRequest;
import dev.arda.v1.FindGarbageRequest;
import dev.arda.v1.FindReferencesRequest;
import dev.arda.v1.FlakeServiceGrpc;
import dev.arda.v1.GetClosureRequest;
import dev.arda.v1.GetPathsRequest;
import dev.arda.v1.ListRootsRequest;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationKind;
import dev.arda.v1.OperationNodeKind;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.PackageSource;
import dev.arda.v1.ProvidePackagesRequest;
import dev.arda.v1.RemoveRootRequest;
import dev.arda.v1.RootKind;
import dev.arda.v1.ShellServiceGrpc;
import dev.arda.v1.SignRequest;
import dev.arda.v1.StoreServiceGrpc;
import dev.arda.v1.UpdateRequest;
import dev.arda.v1.VerifyRequest;
import dev.arda.v1.WhyDependsRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Stores, shells, locks and checks, through a real daemon with a real Nix. */
@ExtendWith(Leaks.class)
class StoreServiceTest {

  private static final String FLAKE =
      """
      { outputs = _: let
          mk = name: script: derivation {
            inherit name; system = builtins.currentSystem or "x86_64-linux"; builder = "/bin/sh";
            args = [ "-c" script ]; PATH = "/bin:/usr/bin"; };
          lib = mk "lib-1.0" "echo lib > $out";
        in {
          packages.x86_64-linux.app = mk "app-1" "mkdir -p $out/bin; echo ${lib} > $out/lib";
          packages.x86_64-linux.new = mk "app-2" "mkdir -p $out/bin; echo none > $out/lib";
          legacyPackages.x86_64-linux.git = mk "git-2" "mkdir -p $out/bin; echo > $out/bin/git";
          checks.x86_64-linux.bad = throw "bad check";
        }; }
      """;

  private final TestDaemon daemon = TestDaemon.start();
  private final NixSandbox sandbox = NixSandbox.create(NixSandbox.programs().getFirst());

  @AfterEach
  void close() {
    daemon.close();
    sandbox.close();
  }

  private StoreServiceGrpc.StoreServiceBlockingStub store() {
    return StoreServiceGrpc.newBlockingStub(daemon.firstChannel());
  }

  private CallContext context() {
    var environment = sandbox.environment();
    environment.put("ARDA_NIXPKGS", "path:" + sandbox.work().resolve("flake"));
    return CallContext.newBuilder()
        .setCwd(sandbox.work().toString())
        .setNixProgram(sandbox.nix().toString())
        .putAllEnv(environment)
        .build();
  }

  /** Builds a package and leaves a link to it. */
  private Path build(String name) {
    sandbox.write("flake/flake.nix", FLAKE);
    sandbox.run(
        sandbox.work(),
        sandbox.nix().toString(),
        "build",
        "path:" + sandbox.work().resolve("flake") + "#" + name,
        "--out-link",
        name);
    return sandbox.work().resolve(name);
  }

  private static <T> OperationResult end(
      Iterator<T> responses, Function<T, OperationEvent> event, List<OperationEvent> seen) {
    while (responses.hasNext()) {
      seen.add(event.apply(responses.next()));
    }
    assertThat(seen.getFirst().hasAccepted()).isTrue();
    assertThat(seen.getLast().hasFinished()).isTrue();
    return seen.getLast().getFinished().getOperation().getResult();
  }

  @Test
  void questions_aboutABuiltPackage_areAnswered() throws Exception {
    var app = Files.readSymbolicLink(build("app")).toString();
    var added = Files.readSymbolicLink(build("new")).toString();

    var info =
        store()
            .getPaths(GetPathsRequest.newBuilder().setContext(context()).addPaths("app").build());
    assertThat(info.getPathsList())
        .singleElement()
        .satisfies(path -> {
          assertThat(path.getPath()).isEqualTo(app);
          assertThat(path.getReferencesList()).singleElement().asString().endsWith("-lib-1.0");
          assertThat(path.getNarHash()).startsWith("sha256-");
          assertThat(path.hasRegisteredAt()).isTrue();
        });
    var lib = info.getPaths(0).getReferences(0);

    var closure = new ArrayList<dev.arda.v1.GetClosureResponse>();
    store()
        .getClosure(
            GetClosureRequest.newBuilder()
                .setContext(context())
                .addPaths("./app/bin")
                .setClosureSizes(true)
                .build())
        .forEachRemaining(closure::add);
    assertThat(closure.getFirst().getSummary().getPathCount()).isEqualTo(2);
    assertThat(closure.get(1).getPart().getPathsList())
        .anySatisfy(path -> {
          assertThat(path.getPath()).isEqualTo(app);
          assertThat(path.getClosureSize()).isEqualTo(closure.getFirst().getSummary().getSize());
        });

    var diff =
        store()
            .diffClosures(
                DiffClosuresRequest.newBuilder()
                    .setContext(context())
                    .setBefore("app")
                    .setAfter(added)
                    .build());
    assertThat(diff.getChangesList())
        .extracting(change -> change.getPackage())
        .containsExactly("app", "lib");
    assertThat(diff.getChanges(0).getVersionsAfterList()).containsExactly("2");
    assertThat(diff.getPathsRemoved()).isEqualTo(2);

    var why =
        store()
            .whyDepends(
                WhyDependsRequest.newBuilder()
                    .setContext(context())
                    .setPath("app")
                    .setDependency(lib)
                    .setAll(true)
                    .build());
    assertThat(why.getChainList()).containsExactly(app, lib);
    assertThat(why.getReferencesCount()).isEqualTo(1);

    var absent = sandbox.store() + "/" + "0".repeat(32) + "-absent";
    var checked =
        store()
            .checkPaths(
                CheckPathsRequest.newBuilder()
                    .setContext(context())
                    .addPaths("app")
                    .addPaths(absent)
                    .build());
    assertThat(checked.getValidList()).containsExactly(app);
    assertThat(checked.getMissingList()).containsExactly(absent);
    assertThat(
            store()
                .findReferences(
                    FindReferencesRequest.newBuilder()
                        .setContext(context())
                        .setText("PATH=" + app + "/bin:" + lib)
                        .build())
                .getPathsList())
        .containsExactly(app, lib);
  }

  @Test
  void roots_areListedAndRemoved_andWhatTheyKeptIsGarbage() throws Exception {
    var app = Files.readSymbolicLink(build("app")).toString();
    var roots = new ArrayList<dev.arda.v1.Root>();
    store()
        .listRoots(ListRootsRequest.newBuilder().setContext(context()).build())
        .forEachRemaining(part -> roots.addAll(part.getRootsList()));
    assertThat(roots)
        .anySatisfy(root -> {
          assertThat(root.getLink()).isEqualTo(sandbox.work().resolve("app").toString());
          assertThat(root.getKind()).isEqualTo(RootKind.ROOT_KIND_LINK);
          assertThat(root.getPath()).isEqualTo(app);
          assertThat(root.getRemovable()).isTrue();
        });

    assertThat(
            store()
                .removeRoot(
                    RemoveRootRequest.newBuilder().setContext(context()).setLink("app").build())
                .getRoot()
                .getPath())
        .isEqualTo(app);
    var garbage = new ArrayList<String>();
    store()
        .findGarbage(FindGarbageRequest.newBuilder().setContext(context()).build())
        .forEachRemaining(part -> garbage.addAll(part.getPart().getPathsList()));
    assertThat(garbage).contains(app);

    var events = new ArrayList<OperationEvent>();
    var result =
        end(
            store()
                .collectGarbage(CollectGarbageRequest.newBuilder().setContext(context()).build()),
            response -> response.getEvent(),
            events);
    assertThat(result.hasError()).isFalse();
    assertThat(result.getGarbage().getRemovedPathsList()).contains(app);
    assertThat(Path.of(app)).doesNotExist();
  }

  @Test
  void copy_toABinaryCache_isAnOperationWithItsOutcome() throws Exception {
    var app = Files.readSymbolicLink(build("app")).toString();
    sandbox.run(
        sandbox.work(),
        sandbox.nix().resolveSibling("nix-store").toString(),
        "--generate-binary-cache-key",
        "k-1",
        "secret",
        "public");
    var events = new ArrayList<OperationEvent>();

    var result =
        end(
            store()
                .copy(
                    CopyRequest.newBuilder()
                        .setContext(context())
                        .addPaths("app")
                        .setTo("file://" + sandbox.work().resolve("cache"))
                        .setKeyFile(sandbox.work().resolve("secret").toString())
                        .setRequestId("one")
                        .build()),
            response -> response.getEvent(),
            events);

    assertThat(result.hasError()).isFalse();
    assertThat(result.getCopy().getCopiedCount()).isEqualTo(2);
    assertThat(result.getCopy().getCopiedPathsList()).contains(app);
    var operation = events.getLast().getFinished().getOperation();
    assertThat(operation.getKind()).isEqualTo(OperationKind.OPERATION_KIND_STORE);
    assertThat(operation.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
    assertThat(operation.getTitle()).startsWith("copy app-1 to file://");
    assertThat(events.stream().flatMap(event -> event.getUpdate().getNodesList().stream()))
        .anySatisfy(node -> {
          assertThat(node.getKind()).isEqualTo(OperationNodeKind.OPERATION_NODE_KIND_COPY);
          assertThat(node.getName()).isEqualTo("app-1");
        });
    assertThat(
            store()
                .getPaths(
                    GetPathsRequest.newBuilder()
                        .setContext(context())
                        .addPaths(app)
                        .setStore("file://" + sandbox.work().resolve("cache"))
                        .build())
                .getPaths(0)
                .getSignaturesList())
        .singleElement()
        .asString()
        .startsWith("k-1:");
  }

  @Test
  void verify_untrustedPath_failsWithItsOutcome() {
    build("app");
    var events = new ArrayList<OperationEvent>();

    var result =
        end(
            store()
                .verify(
                    VerifyRequest.newBuilder()
                        .setContext(context())
                        .addPaths("app")
                        .setSignaturesNeeded(1)
                        .build()),
            response -> response.getEvent(),
            events);

    assertThat(result.getVerify().getChecked()).isEqualTo(2);
    assertThat(result.getVerify().getUntrustedCount()).isEqualTo(2);
    assertThat(result.getError().getMessage()).isEqualTo("Of 2 store paths 2 are not trusted.");
  }

  @Test
  void flake_updateAndCheck_areOperations() throws Exception {
    sandbox.write("dep/flake.nix", "{ outputs = _: { }; }");
    var top =
        sandbox.write(
            "top/flake.nix",
            """
            { inputs.dep.url = "path:%s/dep"; outputs = { self, dep }: {
                checks.x86_64-linux.bad = throw "bad check"; nixosModules.m = { }; }; }
            """
                .formatted(sandbox.work()));
    var flake = FlakeServiceGrpc.newBlockingStub(daemon.firstChannel());
    var context = context().toBuilder().setCwd(requireNonNull(top.getParent()).toString()).build();

    var update =
        end(
            flake.update(UpdateRequest.newBuilder().setContext(context).build()),
            response -> response.getEvent(),
            new ArrayList<>());
    assertThat(update.hasError()).isFalse();
    assertThat(update.getLock().getChangesList())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.getPath()).isEqualTo("dep");
          assertThat(change.hasBefore()).isFalse();
          assertThat(change.getAfter().getNarHash()).startsWith("sha256-");
        });
    assertThat(top.resolveSibling("flake.lock")).exists();

    var check =
        end(
            flake.check(CheckRequest.newBuilder().setContext(context).build()),
            response -> response.getEvent(),
            new ArrayList<>());
    assertThat(check.getError().getMessage())
        .startsWith("1 thing is wrong in ")
        .endsWith("checks.x86_64-linux.bad");
    assertThat(check.getCheck().getOutputsList())
        .filteredOn(output -> output.hasError())
        .singleElement()
        .satisfies(output -> assertThat(output.getError().getMessage()).isEqualTo("bad check"));

    var unknown =
        catchThrowable(() ->
            flake
                .update(UpdateRequest.newBuilder().setContext(context).addInputs("-x").build())
                .next());
    assertThat(code(unknown)).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void shell_package_isBuiltThenFound() {
    sandbox.write("flake/flake.nix", FLAKE);
    var shell = ShellServiceGrpc.newBlockingStub(daemon.firstChannel());
    var request =
        ProvidePackagesRequest.newBuilder().setContext(context()).addPackages("git").build();
    var first = new ArrayList<dev.arda.v1.ProvidePackagesResponse>();
    shell.providePackages(request).forEachRemaining(first::add);
    var second = new ArrayList<dev.arda.v1.ProvidePackagesResponse>();
    shell.providePackages(request).forEachRemaining(second::add);

    assertThat(first.getLast().getProvided().getPackages(0).getSource())
        .isEqualTo(PackageSource.PACKAGE_SOURCE_BUILT);
    assertThat(second)
        .singleElement()
        .satisfies(response -> {
          assertThat(response.getProvided().getPackages(0).getSource())
              .isEqualTo(PackageSource.PACKAGE_SOURCE_LINK);
          assertThat(response.getProvided().getBinDirectoriesList())
              .isEqualTo(first.getLast().getProvided().getBinDirectoriesList())
              .singleElement()
              .asString()
              .endsWith("-git-2/bin");
        });
    var refused =
        catchThrowable(() ->
            shell
                .providePackages(
                    ProvidePackagesRequest.newBuilder()
                        .setContext(context())
                        .addPackages("cowsay")
                        .build())
                .next());
    assertThat(code(refused)).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void requests_thatMakeNoSense_areRefusedByField() {
    assertThat(
            code(
                catchThrowable(() ->
                    store().getPaths(GetPathsRequest.newBuilder().setContext(context()).build()))))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    var both =
        catchThrowable(() ->
            store()
                .copy(
                    CopyRequest.newBuilder()
                        .setContext(context())
                        .addPaths("x")
                        .setFrom("a")
                        .setTo("b")
                        .build())
                .next());
    assertThat(both).hasMessageContaining("to is to be given");
    var key =
        catchThrowable(() ->
            store()
                .sign(
                    SignRequest.newBuilder()
                        .setContext(context())
                        .addPaths("x")
                        .setKeyFile("relative")
                        .build()));
    assertThat(key).hasMessageContaining("key_file is not an absolute path");
    var path =
        catchThrowable(() ->
            store()
                .getPaths(
                    GetPathsRequest.newBuilder().setContext(context()).addPaths("--help").build()));
    assertThat(path).hasMessageContaining("--help is no store path");
  }

  private static Status.Code code(Throwable thrown) {
    return ((StatusRuntimeException) thrown).getStatus().getCode();
  }
}
