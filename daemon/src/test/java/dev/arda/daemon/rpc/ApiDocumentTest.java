package dev.arda.daemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/api.md} promises is what the code does. */
class ApiDocumentTest {

  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z_]+)` \\| `([A-Z_]+)` \\| .+ \\| .+ \\|$", Pattern.MULTILINE);

  private static String document() throws IOException {
    var fromModule = Path.of("../docs/api.md"); // tests run in the directory of their module
    return Files.readString(fromModule);
  }

  @Test
  void tableOfReasons_listsEachWithTheCodeOfTheMapping() throws Exception {
    Map<String, String> listed = new LinkedHashMap<>();
    for (var row = ROW.matcher(document()); row.find(); ) {
      assertThat(listed.put(row.group(1), row.group(2))).as("listed twice").isNull();
    }

    Map<String, String> mapped = new LinkedHashMap<>();
    for (var reason : Reason.values()) {
      mapped.put(reason.name(), ErrorMapper.code(reason).name());
    }
    for (var reason : DaemonReason.values()) {
      mapped.put(reason.name(), reason.code().name());
    }
    assertThat(listed).containsExactlyEntriesOf(mapped);
  }

  @Test
  void limits_areThoseOfTheCode() throws Exception {
    assertThat(RpcServer.MAX_REQUEST_BYTES).isEqualTo(1 << 20);
    assertThat(RpcServer.MAX_METADATA_BYTES).isEqualTo(8 << 10);
    assertThat(ResponseStream.CHUNK_BYTES).isLessThanOrEqualTo(256 << 10);
    assertThat(document())
        .contains("| size of a request | 1 MiB |")
        .contains("| metadata of a request | 8 KiB |")
        .contains("| selectors in a request | 1 to %,d |".formatted(SelectionRpc.MAX_SELECTORS))
        .contains(
            "| open calls of one connection | %,d |".formatted(RpcServer.MAX_CALLS_PER_CONNECTION))
        .contains("| open calls altogether | %,d |".formatted(RpcServer.MAX_CALLS))
        .contains("(default %d ms)".formatted(SelectionRpc.COMPLETE_BUDGET.toMillis()));
  }
}
