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
        print(console, explanation.get());
        if (job.getExpectedStartAtMillis() != 0) {
            console.line("expected to start {}", Times.relative(job.getExpectedStartAtMillis(), now));
        }
    }

    static void print(Console console, Explanation why) {
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
                .fact("What helps", why.getHelps())
                .print(console);
        why.getSuggestionsList().forEach(suggestion -> console.line("  - {}", suggestion));
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
