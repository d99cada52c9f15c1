package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixLogEvent.ActivityType;
import dev.arda.nix.core.NixLogEvent.ResultType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternalJsonLogTest {

  @Test
  void decode_eachAction_isItsEvent() {
    assertThat(
            InternalJsonLog.decode(
                "@nix {\"action\":\"start\",\"fields\":[\"/nix/store/x.drv\",\"\",1,1],"
                    + "\"id\":122015725912069,\"level\":3,\"parent\":7,\"text\":\"building\",\"type\":105}"))
        .contains(
            new NixLogEvent.Start(
                122015725912069L,
                7,
                3,
                ActivityType.BUILD,
                "building",
                List.of("/nix/store/x.drv", "", "1", "1")));
    assertThat(InternalJsonLog.decode("@nix {\"action\":\"stop\",\"id\":5}"))
        .contains(new NixLogEvent.Stop(5));
    var result =
        new NixLogEvent.Result(5, ResultType.PROGRESS, List.of("1", "3", "9007199254740993", "0"));
    assertThat(
            InternalJsonLog.decode(
                "@nix {\"action\":\"result\",\"fields\":[1,3,9007199254740993,0],\"id\":5,\"type\":105}"))
        .contains(result);
    assertThat(result.number(2)).isEqualTo(9007199254740993L);
    assertThat(result.number(9)).isZero();
    assertThat(
            InternalJsonLog.decode(
                "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"error: x\",\"raw_msg\":\"x\"}"))
        .contains(new NixLogEvent.Message(0, "error: x", true));
  }

  @Test
  void decode_unknownKinds_areOther() {
    assertThat(InternalJsonLog.decode("@nix {\"action\":\"start\",\"id\":1,\"type\":999}"))
        .contains(new NixLogEvent.Start(1, 0, 0, ActivityType.OTHER, "", List.of()));
    assertThat(InternalJsonLog.decode("@nix {\"action\":\"result\",\"id\":1,\"type\":999}"))
        .contains(new NixLogEvent.Result(1, ResultType.OTHER, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@nix",
        "@nix ",
        "@nix {",
        "@nix []",
        "@nix 5",
        "@nix null",
        "@nix \"start\"",
        "@nix {}",
        "@nix {\"action\":\"dance\"}",
        "@nix {\"action\":\"start\"",
        "warning: Git tree is dirty",
        " @nix {\"action\":\"stop\",\"id\":5}",
      })
  void decode_noEvent_isEmpty(String line) {
    assertThat(InternalJsonLog.decode(line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@nix {\"action\":\"start\",\"id\":\"x\",\"level\":{},\"type\":[],\"text\":5,\"fields\":{\"a\":1}}",
        "@nix {\"action\":\"result\",\"id\":-1,\"type\":1e400,\"fields\":[null,{},[]]}",
        "@nix {\"action\":\"msg\",\"level\":null,\"msg\":null}",
        "@nix {\"action\":\"stop\"}",
      })
  void decode_wrongTypes_areAnEventAllTheSame(String line) {
    assertThat(InternalJsonLog.decode(line)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conc.sid.b",
        "dm.sid.fail",
        "out.226.depfail",
        "out.226.many",
        "out.226.traced",
        "out.234.default",
        "out.234.evalerr",
        "out.234.subst",
        "out.28.default",
        "out.28.depfail",
        "out.28.withfetch",
        "rb.sid"
      })
  void decode_recordedLogs_everyLineIsAKnownEvent(String name) {
    var lines = NixErrorsTest.resource("internal-json/" + name + ".log").lines().toList();

    assertThat(lines).isNotEmpty();
    for (var line : lines) {
      var event = InternalJsonLog.decode(line);
      assertThat(event).as(line).isPresent();
      switch (event.orElseThrow()) {
        case NixLogEvent.Start start -> assertThat(start.type()).isNotEqualTo(ActivityType.OTHER);
        case NixLogEvent.Result result -> assertThat(result.type()).isNotEqualTo(ResultType.OTHER);
        case NixLogEvent.Stop _, NixLogEvent.Message _ -> {}
      }
    }
  }
}
