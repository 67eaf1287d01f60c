package dev.muster.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthRulesTest {
    private final HealthRules rules = HealthRules.builtIn();

    @ParameterizedTest(name = "XID {0} is {1}")
    @CsvSource({
        "8, JOB",
        "13, JOB",
        "31, JOB",
        "37, INFO",
        "43, INFO",
        "45, INFO",
        "46, FATAL",
        "48, FATAL",
        "54, FATAL",
        "62, FATAL",
        "63, INFO",
        "64, FATAL",
        "69, JOB",
        "74, FATAL",
        "79, FATAL",
        "92, INFO",
        "94, JOB",
        "95, FATAL",
        "109, FATAL",
        "119, FATAL",
        "121, INFO",
        "130, JOB",
        "136, FATAL",
        "137, JOB",
        "140, FATAL",
        "143, FATAL",
        "147, SUBHEALTHY",
        "151, FATAL",
        "155, FATAL",
        "157, INFO",
        "162, INFO",
        "999, SUBHEALTHY"
    })
    void everyKnownCodeMeansWhatTheTableSays(int code, HealthSeverity severity) {
        assertThat(rules.severityOf(xid(code, "whatever"))).isEqualTo(severity);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "changed from 0x1 (GPU Reset Required) to 0x0 (None), INFO",
        "changed from 0x0 (None) to 0x1 (GPU Reset Required), FATAL",
        "changed from 0x0 (None) to 0x2 (Node Reboot Required), FATAL",
        "changed from 0x0 (None) to 0x3 (Drain P2P), SUBHEALTHY",
        "changed from 0x0 (None) to 0x4 (Drain and Reset), FATAL"
    })
    void theDriversOwnWordDecidesWhatRecoveryNeeds(String change, HealthSeverity severity) {
        assertThat(rules.severityOf(xid(154, "GPU recovery action " + change))).isEqualTo(severity);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"Non-fatal and more, INFO", "Fatal and more, FATAL", "something else, SUBHEALTHY"})
    void aSwitchSaysHowBadItIs(String text, HealthSeverity severity) {
        assertThat(rules.severityOf(new KernelFault(KernelFault.Kind.SXID, "0000:c1:00", 20034, text)))
                .isEqualTo(severity);
    }

    @Test
    void everyCodeHasOneRule() {
        List<Integer> codes =
                rules.xid().stream().flatMap(rule -> rule.codes().stream()).toList();
        assertThat(codes).doesNotHaveDuplicates().hasSizeGreaterThan(70);
        assertThat(rules.xid()).allMatch(rule -> !rule.meaning().isBlank());
    }

    @Test
    void rulesOfAnotherVersionAreNotGuessedAt() {
        assertThatThrownBy(() -> HealthRulesReader.read(Map.of("version", 2)))
                .hasMessage("rules have version 2; this agent reads 1");
    }

    private static KernelFault xid(int code, String text) {
        return new KernelFault(KernelFault.Kind.XID, "0000:3b:00", code, text);
    }
}
