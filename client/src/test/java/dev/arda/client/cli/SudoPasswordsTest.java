package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.client.ArdaException;
import dev.arda.client.Failure;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Passwords for calls that fail without one. */
class SudoPasswordsTest {

  private final List<String> questions = new ArrayList<>();
  private final List<String> used = new ArrayList<>();

  private SudoPasswords answering(String... answers) {
    var left = new ArrayList<>(List.of(answers));
    OperationPrompts.Person person =
        question -> {
          questions.add(question);
          return left.isEmpty() ? Optional.empty() : Optional.of(left.removeFirst());
        };
    return new SudoPasswords(Optional.of(person));
  }

  private static ArdaException wants(String reason, Map<String, String> metadata) {
    return new ArdaException(
        new Failure(
            Status.Code.FAILED_PRECONDITION,
            reason,
            "sudo wants a password",
            metadata,
            Optional.empty(),
            Optional.empty()));
  }

  private String call(String password) {
    used.add(password);
    if (password.equals("right")) {
      return "done";
    }
    throw wants(
        password.isEmpty() ? "PASSWORD_REQUIRED" : "PASSWORD_REJECTED", Map.of("question", "P?"));
  }

  @Test
  void ask_untilItIsRight() throws Exception {
    assertThat(answering("wrong", "right").ask(this::call)).isEqualTo("done");
    assertThat(used).containsExactly("", "wrong", "right");
    assertThat(questions).containsExactly("P?", "That was not right. P?");
  }

  @Test
  void ask_threeWrongOnes_areEnough() {
    assertThatThrownBy(() -> answering("a", "b", "c", "right").ask(this::call))
        .isInstanceOfSatisfying(
            ArdaException.class, e -> assertThat(e.reason()).isEqualTo("PASSWORD_REJECTED"));
    assertThat(used).containsExactly("", "a", "b", "c");
  }

  @Test
  void ask_nobodyIsThere_failsAtOnce() {
    assertThatThrownBy(() -> new SudoPasswords(Optional.empty()).ask(this::call))
        .hasMessage("sudo wants a password")
        .isInstanceOfSatisfying(
            ArdaException.class, e -> assertThat(e.reason()).isEqualTo("PASSWORD_REQUIRED"));
    assertThat(used).containsExactly("");
  }

  @Test
  void ask_nothingIsTyped_isToldAsThat() {
    assertThatThrownBy(() -> answering().ask(this::call))
        .hasMessage("no password was given: P?")
        .isInstanceOfSatisfying(
            ArdaException.class, e -> assertThat(e.reason()).isEqualTo("PASSWORD_REQUIRED"));
    assertThat(used).containsExactly("");
  }

  @Test
  void ask_otherFailures_askNobody() {
    assertThatThrownBy(() ->
            answering("right")
                .ask(password -> {
                  throw wants("HOST_BUSY", Map.of());
                }))
        .isInstanceOf(ArdaException.class);
    assertThat(questions).isEmpty();
  }
}
