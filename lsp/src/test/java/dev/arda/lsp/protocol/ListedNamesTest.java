package dev.arda.lsp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.client.Trust.Decision;
import dev.arda.lsp.daemon.Patience;
import dev.arda.lsp.document.Uris;
import dev.arda.lsp.transcript.Repeatedly;
import dev.arda.v1.Host;
import dev.arda.v1.HostPage;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListHostsResponse;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.ListUsersResponse;
import dev.arda.v1.User;
import dev.arda.v1.UserDefinition;
import dev.arda.v1.UserPage;
import dev.arda.v1.UserServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of hosts, users and tags are those that the daemon lists, wherever the flake has them. */
class ListedNamesTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final String TEXT =
      """
      { outputs = { self }: {
          clan.inventory.instances.a.roles.server.machines. = { };
          clan.inventory.instances.a.roles.server.tags. = { };
          x.users.users. = { };
          homeConfigurations."alice@inText" = { };
        }; }
      """;

  @TempDir Path home;
  private Path flake;
  private FakeDaemon daemon;
  private ServerInProcess server;
  private final AtomicInteger listed = new AtomicInteger();
  private volatile boolean broken;

  @BeforeEach
  void setUp() throws Exception {
    flake = Files.createDirectory(home.resolve("flake")).toRealPath();
    Files.writeString(flake.resolve("flake.nix"), TEXT);
    daemon =
        new FakeDaemon(ServerInProcess.runtimeDirectory(home), 1, new Hosts(), new Users())
            .with("", "nixosConfigurations")
            .with("nixosConfigurations.", "fromNames");
    server =
        new ServerInProcess(
            home,
            new Patience(
                Duration.ZERO,
                Duration.ZERO,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                LONG,
                SHORT));
    server.decide(flake, Decision.TRUSTED);
    server.initialize("{}");
    server.open(uri(), TEXT);
  }

  @AfterEach
  void tearDown() throws Exception {
    server.close();
    daemon.close();
  }

  private String uri() {
    return Uris.of(flake.resolve("flake.nix"));
  }

  /** What is offered behind the last dot of a line. */
  private String names(int line) {
    int column = TEXT.lines().toList().get(line).lastIndexOf(". =") + 1;
    return server
        .editor
        .result("textDocument/completion", server.at(uri(), line, column))
        .toString();
  }

  /** Asks until the daemon is there and has said so. */
  private String awaitNames(int line, String label) {
    var found =
        Repeatedly.ask(() -> names(line), answer -> answer.contains("\"label\":\"" + label + "\""));
    assertThat(found).contains("\"label\":\"" + label + "\"");
    return found;
  }

  @Test
  void hosts_areListedOnceForEachState_withTheirSystems() {
    assertThat(awaitNames(1, "db01"))
        .contains("\"label\":\"mac\"", "host · x86_64-linux", "nixosConfigurations.db01")
        .doesNotContain("fromNames");
    int before = listed.get();
    awaitNames(1, "mac");
    assertThat(listed.get()).isEqualTo(before);
    daemon.with("", "nixosConfigurations", "packages");
    awaitNames(1, "mac");
    assertThat(listed.get()).isEqualTo(before + 1);
  }

  @Test
  void tags_areThoseOfAllHosts() {
    assertThat(awaitNames(2, "web")).contains("\"label\":\"eu\"", "\"detail\":\"tag\"");
  }

  @Test
  void accounts_areNamedWithoutHosts() {
    assertThat(awaitNames(3, "alice"))
        .contains("user · web01")
        .doesNotContain("\"label\":\"alice@web01\"", "alice@inText");
  }

  @Test
  void flakeThatCannotBeListed_hasTheNamesOfItsOutputs() {
    broken = true;
    assertThat(awaitNames(1, "fromNames")).doesNotContain("\"label\":\"mac\"");
  }

  private final class Hosts extends HostServiceGrpc.HostServiceImplBase {
    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
      assertThat(request.getView()).isEqualTo(HostView.HOST_VIEW_DECLARED);
      if (broken) {
        observer.onError(Status.FAILED_PRECONDITION.asRuntimeException());
        return;
      }
      listed.incrementAndGet();
      observer.onNext(page(host("db01").addTags("eu").setSystem("x86_64-linux")));
      observer.onNext(page(host("mac").addTags("eu").addTags("web")));
      observer.onCompleted();
    }

    private static Host.Builder host(String name) {
      return Host.newBuilder().setName(name).addDefinitions("nixosConfigurations." + name);
    }

    private static ListHostsResponse page(Host.Builder host) {
      return ListHostsResponse.newBuilder().setHosts(HostPage.newBuilder().addHosts(host)).build();
    }
  }

  private static final class Users extends UserServiceGrpc.UserServiceImplBase {
    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> observer) {
      observer.onNext(
          ListUsersResponse.newBuilder()
              .setUsers(
                  UserPage.newBuilder()
                      .addUsers(
                          User.newBuilder()
                              .setName("alice")
                              .addHosts("web01")
                              .addDefinitions(
                                  UserDefinition.newBuilder()
                                      .setSelector("homeConfigurations.\"alice@web01\""))))
              .build());
      observer.onCompleted();
    }
  }
}
