package dev.muster.agent.health;

import dev.muster.agent.health.HealthRule.ForCode;
import dev.muster.agent.health.HealthRule.ForReading;
import dev.muster.agent.health.HealthRule.ForText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which readings and log lines are judged; the built-in ones are the resource {@code health-rules.yaml}.
 *
 * @param probeFailures so many failures of the vendor's tool in a row are a fault of the host
 */
public record HealthRules(
        int version,
        int duplicateSeconds,
        HealthSeverity unknownXid,
        List<ForCode> xid,
        HealthSeverity unknownSxid,
        List<ForText> sxid,
        HealthSeverity deviceLost,
        int probeFailures,
        HealthSeverity probeSeverity,
        List<ForReading> readings) {

    /** The rules that come with the agent. */
    public static HealthRules builtIn() {
        return HealthRulesReader.readResource("health-rules.yaml");
    }

    Optional<ForCode> ruleOf(KernelFault fault) {
        return fault.kind() == KernelFault.Kind.XID
                ? xid.stream()
                        .filter(rule -> rule.codes().contains(fault.code()))
                        .findFirst()
                : Optional.empty();
    }

    HealthSeverity severityOf(KernelFault fault) {
        return switch (fault.kind()) {
            case XID ->
                ruleOf(fault)
                        .map(rule -> bySaying(rule.texts(), fault.text(), rule.severity()))
                        .orElse(unknownXid);
            case SXID -> bySaying(sxid, fault.text(), unknownSxid);
        };
    }

    String meaningOf(KernelFault fault) {
        String fallback = fault.kind() == KernelFault.Kind.XID ? "a code that no rule knows" : "a switch error";
        return ruleOf(fault).map(ForCode::meaning).orElse(fallback);
    }

    long windowMillis(KernelFault fault) {
        int burstSeconds = ruleOf(fault).map(ForCode::burstSeconds).orElse(0);
        return 1000L * Math.max(burstSeconds, duplicateSeconds);
    }

    /** The longest time that an error must be remembered to recognise its duplicates. */
    long longestWindowMillis() {
        int longest = xid.stream()
                .map(ForCode::burstSeconds)
                .max(Comparator.naturalOrder())
                .orElse(0);
        return 1000L * Math.max(longest, duplicateSeconds);
    }

    private static HealthSeverity bySaying(List<ForText> texts, String line, HealthSeverity otherwise) {
        return texts.stream()
                .filter(rule -> rule.pattern().matcher(line).find())
                .map(ForText::severity)
                .findFirst()
                .orElse(otherwise);
    }
}
