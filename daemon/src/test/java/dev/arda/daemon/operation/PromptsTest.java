package dev.arda.daemon.operation;

import static dev.arda.daemon.operation.TestOperations.nothing;
import static dev.arda.daemon.operation.TestOperations.read;
import static dev.arda.daemon.operation.TestOperations.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.v1.OperationNode;
import dev.arda.v1.OperationNodeState;
import dev.arda.v1.OperationPrompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions of operations to those who started them. */
@Timeout(600)
class PromptsTest {

  private static final String SECRET = "a secret that nobody keeps";

  private final Path directory;
  private final TestOperations fixture;
  private final Operations operations;

  PromptsTest(@TempDir Path directory) {
    this.directory = directory;
    fixture = new TestOperations(directory, TestOperations.limits(1));
    operations = fixture.operations;
  }

  @AfterEach
  void endAll() throws InterruptedException {
    operations.interrupt();
    fixture.awaitIdle();
  }

  private static OperationNode node(String prompt) {
    var node =
        OperationNode.newBuilder()
            .setId("a")
            .setState(OperationNodeState.OPERATION_NODE_STATE_RUNNING);
    return prompt.isEmpty()
        ? node.build()
        : node.setPrompt(OperationPrompt.newBuilder().setId(prompt).setText("Well?")).build();
  }

  private static OperationWork asking(
      String prompt, CompletableFuture<Optional<String>> answer, CountDownLatch begin) {
    return report -> {
      begin.await();
      answer.complete(report.ask(node(prompt)));
      report.node(node(""));
      return nothing();
    };
  }

  private static OperationWork asking(String prompt, CompletableFuture<Optional<String>> answer) {
    return asking(prompt, answer, new CountDownLatch(0));
  }

  private String awaitPrompt(StartedOperation started) throws InterruptedException {
    try (var events = started.events(0)) {
      for (var event = events.next(); event.isPresent(); event = events.next()) {
        for (var node : event.get().getUpdate().getNodesList()) {
          if (node.hasPrompt()) {
            return node.getPrompt().getId();
          }
        }
      }
    }
    throw new AssertionError("nothing was asked");
  }

  @Test
  void theOneWhoStartedIt_answers_andNothingKeepsTheAnswer() throws Exception {
    var answer = new CompletableFuture<Optional<String>>();
    var started = operations.start(spec("f", "mine", "", true), asking("p1", answer));
    var id = awaitPrompt(started);
    assertThat(operations.answer(started.name(), "another", id, Optional.of("x"))).isFalse();
    assertThat(operations.answer(started.name(), "", id, Optional.of("x"))).isFalse();
    assertThat(operations.answer(started.name(), "mine", "p2", Optional.of("x"))).isFalse();
    assertThat(answer).isNotDone();
    assertThat(operations.answer(started.name(), "mine", id, Optional.of(SECRET))).isTrue();
    assertThat(answer.get()).hasValue(SECRET);
    assertThat(operations.answer(started.name(), "mine", id, Optional.of("late"))).isFalse();

    var told = read(started.events(0));
    assertThat(told.toString()).contains("Well?").doesNotContain(SECRET);
    fixture.awaitIdle();
    assertThat(contents()).isNotEmpty().noneMatch(text -> text.contains(SECRET));
  }

  private List<String> contents() throws IOException {
    var result = new CopyOnWriteArrayList<String>();
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        result.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return result;
  }

  @Test
  void whenTheOneWhoStartedItGoes_nobodyAnswers() throws Exception {
    var answer = new CompletableFuture<Optional<String>>();
    var started = operations.start(spec("f", "mine", "", true), asking("p1", answer));
    var id = awaitPrompt(started);
    started.close();
    assertThat(answer.get()).isEmpty();
    assertThat(operations.answer(started.name(), "mine", id, Optional.of(SECRET))).isFalse();
  }

  @Test
  void whereNobodyIsThere_nothingIsAsked() throws Exception {
    var answer = new CompletableFuture<Optional<String>>();
    var begin = new CountDownLatch(1);
    var started = operations.start(spec("f", "mine", "", true), asking("p1", answer, begin));
    started.close();
    begin.countDown();
    assertThat(answer.get()).isEmpty();
    assertThat(read(started.events(0)).toString()).doesNotContain("Well?");
  }

  @Test
  void cancelled_itIsAskedNoMore() throws Exception {
    var answer = new CompletableFuture<Optional<String>>();
    var started = operations.start(spec("f", "mine", "", true), asking("p1", answer));
    var id = awaitPrompt(started);
    operations.cancel(started.name(), OperationReport.DEFAULT_GRACE);
    read(started.events(0));
    assertThat(answer).isNotDone();
    assertThat(operations.answer(started.name(), "mine", id, Optional.of(SECRET))).isFalse();
  }
}
