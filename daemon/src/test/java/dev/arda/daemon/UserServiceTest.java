package dev.arda.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.Reason;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.CallContext;
import dev.arda.v1.CollisionRule;
import dev.arda.v1.GenerationChoice;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.ListUsersResponse;
import dev.arda.v1.OperationServiceGrpc;
import dev.arda.v1.User;
import dev.arda.v1.UserDefinitionKind;
import dev.arda.v1.UserServiceGrpc;
import dev.arda.v1.UserView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users, through a real daemon with flakes that are scripted. */
@ExtendWith(Leaks.class)
class UserServiceTest {

  private final TestDaemon daemon = TestDaemon.start();

  @AfterEach
  void close() {
    daemon.close();
  }

  private List<ListUsersResponse> list(ListUsersRequest.Builder request) {
    daemon.flakes.names =
        Map.of(
            "homeConfigurations", List.of("alice@web", "bob"),
            "clan.core.users", List.of("alice"),
            "nixosConfigurations", List.of("web"));
    daemon.flakes.selecting = UserServiceTest::answer;
    var result = new ArrayList<ListUsersResponse>();
    UserServiceGrpc.newBlockingStub(daemon.firstChannel())
        .listUsers(request.setContext(CallContext.newBuilder().setCwd("/")).build())
        .forEachRemaining(result::add);
    return result;
  }

  private static void answer(SelectionRequest request, SelectionListener listener) {
    for (int i = 0; i < request.selectors().size(); i++) {
      var selector = request.selectors().get(i);
      if (selector.contains("web")) {
        listener.failure(
            i, selector, new FlakeException(Reason.EVALUATION_FAILED, "no " + selector));
      } else {
        var json = "{\"homeDirectory\":\"/home/bob\",\"shell\":\"zsh\"}";
        listener.value(i, selector, JsonText.of(json.getBytes(StandardCharsets.UTF_8)), List.of());
      }
    }
  }

  @Test
  void listUsers_stateComesFirst_thenUsersWithWhatIsWrong() {
    var events =
        list(ListUsersRequest.newBuilder().setHosts(true)).stream()
            .filter(event -> !event.hasProgress())
            .toList();

    assertThat(events).hasSize(2);
    assertThat(events.getFirst().getState().getNarHash()).isEqualTo("sha256-AAAA");
    var page = events.getLast().getUsers();
    assertThat(page.getUsersList()).extracting(User::getName).containsExactly("alice", "bob");
    var alice = page.getUsers(0);
    assertThat(alice.getHostsList()).containsExactly("web");
    assertThat(alice.getDefinitions(0).getError().getMessage())
        .contains("no homeConfigurations.\"alice@web\"");
    assertThat(alice.getDefinitions(1).getKind())
        .isEqualTo(UserDefinitionKind.USER_DEFINITION_KIND_CLAN);
    assertThat(alice.getDefinitions(1).getShell()).isEqualTo("zsh");
    assertThat(page.getUsers(1).getHomeDirectory()).isEqualTo("/home/bob");
    assertThat(page.getProblemsList()).hasSize(1);
    assertThat(page.getProblems(0).getError().getMessage())
        .contains("no nixosConfigurations.web.config.users");
  }

  @Test
  void listUsers_namesAlone_evaluateNothing() {
    var page =
        list(ListUsersRequest.newBuilder().setView(UserView.USER_VIEW_NAMES)).getLast().getUsers();

    assertThat(page.getUsersList())
        .flatExtracting(User::getDefinitionsList)
        .noneMatch(definition -> definition.hasError());
    assertThat(page.getUsers(1).getHomeDirectory()).isEmpty();
  }

  @Test
  void listUsers_badRequest_isToldWhichField() {
    var thrown =
        catchThrowable(() -> list(ListUsersRequest.newBuilder().addNames("a\0b").setViewValue(99)));

    assertThat(Errors.of(thrown).getMessage()).contains("names[0]").contains("1 more");
  }

  private Throwable refused(ApplyUserRequest.Builder request) {
    return catchThrowable(() ->
        UserServiceGrpc.newBlockingStub(daemon.firstChannel())
            .applyUser(request.setContext(CallContext.newBuilder().setCwd("/")).build())
            .hasNext());
  }

  @Test
  void applyUser_badRequest_isToldWhichField_andIsNoOperation() {
    assertThat(
            Errors.of(refused(ApplyUserRequest.newBuilder().addUsers("bob").setModeValue(99)))
                .getMessage())
        .contains("mode is unknown to this daemon");
    assertThat(Errors.of(refused(ApplyUserRequest.newBuilder().addUsers(""))).getMessage())
        .contains("users[0] is empty");
    assertThat(
            Errors.of(
                    refused(
                        ApplyUserRequest.newBuilder()
                            .addUsers("bob")
                            .setRollback(GenerationChoice.newBuilder().setNumber(-1))))
                .getMessage())
        .contains("rollback.number");
    for (var path : List.of("/etc/passwd", "../x", "a/../../x", "")) {
      assertThat(
              Errors.of(
                      refused(
                          ApplyUserRequest.newBuilder()
                              .addUsers("bob")
                              .addCollisionRules(CollisionRule.newBuilder().setPath(path))))
                  .getMessage())
          .contains("collision_rules[0].path");
    }
    assertThat(
            OperationServiceGrpc.newBlockingStub(daemon.firstChannel())
                .listOperations(ListOperationsRequest.getDefaultInstance())
                .getOperationsList())
        .isEmpty();
  }
}
