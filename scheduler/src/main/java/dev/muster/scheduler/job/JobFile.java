package dev.muster.scheduler.job;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.FieldLines;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Problem;
import dev.muster.scheduler.document.Problems;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Reads a job file (YAML or JSON) and names everything that is wrong with it, each with its line.
 *
 * <p>Defaults: namespace and queue {@code default}, priority 0, {@code minHosts} = {@code hosts}, no spares, no
 * accelerators (a job of cpus only), one process per accelerator (one a host where there are none), preemptible, no
 * {@code minRuntime}, packed, 30 s of checkpoint grace, and {@link RestartSpec#DEFAULT}. {@code metadata.labels} and
 * {@code metadata.annotations} are allowed, because {@code kubectl} takes the same file; they mean nothing to Muster.
 */
public final class JobFile {

    public static final String API_VERSION = "muster.dev/v1alpha1";
    public static final String KIND = "TrainingJob";

    /** A longer file is refused; a caller need not read more of it than this and one byte. */
    public static final int MAX_BYTES = DocumentLimits.JOB.maxBytes();

    /** By the beginning of a finding's field: the fields it depends on. */
    private static final SortedMap<String, List<String>> JUDGED_TOGETHER = new TreeMap<>(Map.of(
            "spec.gang.perHost", List.of("spec.gang.perHost"),
            "spec.gang.minHosts", List.of("spec.gang.hosts", "spec.gang.minHosts"),
            "spec.gang.spares", List.of("spec.gang.hosts", "spec.gang.spares"),
            "spec.topology.slices", List.of("spec.gang.hosts", "spec.topology.slices"),
            "spec.template.command", List.of("spec.template.command")));

    private JobFile() {}

    /** Reads a text, for instance one that did not come from a file. */
    public static Reading<JobSpec> read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reading<JobSpec> read(byte[] bytes) {
        return read(bytes, UnaryOperator.identity());
    }

    /**
     * As {@link #read(byte[])}, for a caller that completes a job before it is judged: the client, which alone knows the
     * folder that a relative path of the file starts at.
     */
    public static Reading<JobSpec> read(byte[] bytes, UnaryOperator<JobSpec> completed) {
        DocumentNode document;
        try {
            document = Document.read(bytes, DocumentLimits.JOB);
        } catch (DocumentException e) {
            return Reading.broken(List.of(new Violation("", e.reason(), OptionalInt.of(e.line()))));
        }
        Problems problems = new Problems();
        Optional<JobSpec> job = Fields.ofDocument(document, problems)
                .flatMap(fields -> new JobFields(fields).read())
                .map(completed);
        List<Violation> violations = Violation.ofProblems(problems.list());
        job.ifPresent(spec -> violations.addAll(checked(spec, document, problems.list())));
        if (violations.isEmpty() && job.isPresent()) {
            return Reading.sound(job.get());
        }
        return Reading.broken(violations);
    }

    /**
     * What the validator finds, with lines. Where a field could not be read a harmless value stands in for it, and what is
     * judged together with such a field is left out: its finding would be about the stand-in.
     */
    private static List<Violation> checked(JobSpec job, DocumentNode document, List<Problem> problems) {
        List<Violation> violations = new ArrayList<>();
        for (Violation violation : JobValidator.check(job)) {
            if (!isDoubtful(violation.field(), problems)) {
                int line = FieldLines.lineOf(document, violation.field());
                violations.add(new Violation(violation.field(), violation.message(), OptionalInt.of(line)));
            }
        }
        return violations;
    }

    private static boolean isDoubtful(String field, List<Problem> problems) {
        return JUDGED_TOGETHER.entrySet().stream()
                .filter(group -> field.startsWith(group.getKey()))
                .flatMap(group -> group.getValue().stream())
                .anyMatch(cause -> problems.stream()
                        .anyMatch(problem ->
                                problem.field().startsWith(cause) || cause.startsWith(problem.field() + ".")));
    }
}
