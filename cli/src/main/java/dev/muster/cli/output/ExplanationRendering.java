package dev.muster.cli.output;

import dev.muster.proto.v1.Explanation;
import dev.muster.proto.v1.JobSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a job waits; or that it does not. */
public record ExplanationRendering(JobSummary job, Optional<Explanation> explanation, Instant now)
        implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        Styled name = Styled.bold(Words.jobName(job.getNamespace(), job.getName()));
        if (explanation.isEmpty()) {
            String reason = job.getReason().isEmpty() ? "" : ": " + job.getReason();
            console.line("{} does not wait; it is {}{}", name, Words.styled(job.getState()), reason);
            return;
        }
        console.line("{} waits, submitted {}", name, Times.relative(job.getSubmittedAtMillis(), now));
        print(console, explanation.get(), now);
    }

    static void print(Console console, Explanation why, Instant now) {
        Facts facts = new Facts().fact("Why", why.getText()).fact("Constraint", why.getCode());
        if (why.getRequired() != 0 || why.getAvailable() != 0) {
            facts.fact(
                    "Amounts",
                    "asks for " + why.getRequired() + ", there are " + why.getAvailable() + ", short "
                            + why.getShort());
        }
        facts.fact("Best domain", why.getDomain())
                .fact("Level", why.getLevel())
                .fact("Left out", excluded(why.getExcludedMap()))
                .fact("What helps", helps(why))
                .fact("Waits for", String.join(", ", why.getWaitsForList()))
                .fact("Expected", expected(why, now))
                .print(console);
        why.getSuggestionsList().forEach(suggestion -> console.line("  - {}", suggestion));
    }

    private static String helps(Explanation why) {
        return switch (why.getHelps()) {
            case "WAIT" -> "waiting: others will end";
            case "PREEMPTION" -> "others give way";
            default -> "a change of the job, or of the cluster";
        };
    }

    private static String expected(Explanation why, Instant now) {
        boolean othersGiveWay = "PREEMPTION".equals(why.getHelps());
        long moment = why.getExpectedStartAtMillis();
        if (moment != 0) {
            String condition =
                    othersGiveWay ? ", when others need not be left alone any more" : ", if walltimes are right";
            return Instant.ofEpochMilli(moment) + " (" + Times.relative(moment, now) + ")" + condition;
        }
        return switch (why.getCode()) {
            case "HELD", "INVALID", "IMPOSSIBLE" -> "";
            default ->
                othersGiveWay ? "as soon as they have stopped" : "nobody knows: what it waits for has no known end";
        };
    }

    private static String excluded(Map<String, Long> excluded) {
        return excluded.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> JobDetailRendering.plural(entry.getValue(), "host") + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    @Override
    public Fields fields() {
        Fields fields = new Fields().object("job", JobFields.summary(job)).flag("waits", explanation.isPresent());
        explanation.ifPresent(why -> fields.object("explanation", JobFields.explanation(why)));
        return fields;
    }

    @Override
    public List<String> names() {
        return List.of(job.getNamespace() + "/" + job.getName());
    }
}
