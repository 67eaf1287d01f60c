package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Problems;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Violation;
import dev.muster.scheduler.queue.QueueTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads scenario files (JSON): one scenario, or a list of them; names everything that is wrong with it, each with its line. A job that
 * no cluster could take as it is written, such as one with an unknown level, is no mistake of the file: the simulation rejects it.
 */
public final class ScenarioReader {

    /** A longer file is refused; a caller need not read more of it than this and one byte. */
    public static final int MAX_BYTES = DocumentLimits.SCENARIOS.maxBytes();

    private static final int MAX_HOSTS_OR_JOBS = 1_000_000;

    private final Fields fields;
    private final List<String> levels = new ArrayList<>();
    private final List<HostSpec> hosts = new ArrayList<>();
    private final List<String> unschedulable = new ArrayList<>();
    private final Set<String> hostNames = new LinkedHashSet<>();

    private ScenarioReader(Fields fields) {
        this.fields = fields;
    }

    public static Reading<List<Scenario>> read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reading<List<Scenario>> read(byte[] bytes) {
        Problems problems = new Problems();
        List<Scenario> scenarios = new ArrayList<>();
        try {
            DocumentNode document = Document.read(bytes, DocumentLimits.SCENARIOS);
            List<DocumentNode> items =
                    document instanceof DocumentNode.Sequence sequence ? sequence.items() : List.of(document);
            for (DocumentNode item : items) {
                Fields.ofDocument(item, problems).ifPresent(fields -> {
                    int before = problems.count();
                    Scenario scenario = new ScenarioReader(fields).scenario();
                    if (problems.count() == before) {
                        scenarios.add(scenario);
                    }
                });
            }
        } catch (DocumentException e) {
            return Reading.broken(List.of(new Violation("", e.reason(), OptionalInt.of(e.line()))));
        }
        return problems.count() > 0
                ? Reading.broken(Violation.ofProblems(problems.list()))
                : Reading.sound(List.copyOf(scenarios));
    }

    private Scenario scenario() {
        fields.require("id", "T01");
        String id = fields.text("id").orElse("");
        fields.text("about");
        fields.node("expect");
        levels();
        hosts();
        List<QueueSpec> queues = queues();
        ScenarioFields jobs = new ScenarioFields(hostNames, queueNames(queues), levels, hosts);
        List<Scenario.Running> running = jobs.running(fields);
        List<Scenario.Event> events = jobs.events(fields);
        Scenario scenario = new Scenario(
                id,
                levels,
                hosts,
                unschedulable,
                queues,
                new ScenarioPolicy(fields).read(),
                running,
                events,
                fields.wholeNumber("until", 0, Integer.MAX_VALUE).orElse(0));
        fields.end();
        return scenario;
    }

    private void levels() {
        for (String level : fields.texts("levels")) {
            if (level.equals("host") || levels.contains(level)) {
                fields.problem(
                        "levels",
                        "name the level " + Quoted.bare(level) + " twice; names must differ, and not be host");
            }
            levels.add(level);
        }
    }

    private void hosts() {
        List<Fields> entries = fields.mappings("hosts");
        if (entries.size() > MAX_HOSTS_OR_JOBS) {
            fields.problem("hosts", "has " + entries.size() + " entries; at most " + MAX_HOSTS_OR_JOBS + " are read");
            return;
        }
        for (Fields host : entries) {
            host.require("name", "h1");
            String name = host.text("name").orElse("");
            if (!hostNames.add(name)) {
                host.problem("name", "is " + Quoted.bare(name) + " a second time; names must differ");
            }
            List<String> path = host.texts("path");
            if (path.size() != levels.size()) {
                host.problem("path", "has " + path.size() + " names; give one for each of the levels " + levels);
            }
            ResourceVector capacity = ScenarioFields.amounts(host, "capacity");
            SortedMap<String, String> labels = host.textsByName("labels");
            if (!host.truth("schedulable").orElse(true)) {
                unschedulable.add(name);
            }
            host.end();
            hosts.add(new HostSpec(name, path, capacity, Optional.empty(), labels));
        }
    }

    private List<QueueSpec> queues() {
        List<QueueSpec> queues = new ArrayList<>();
        for (Fields queue : fields.mappings("queues")) {
            queue.require("name", "research");
            String name = queue.text("name").orElse("");
            String parent = queue.text("parent").orElse(QueueSpec.ROOT);
            ResourceVector guaranteed = ScenarioFields.amounts(queue, "guaranteed");
            SortedMap<String, Long> max = new TreeMap<>(ScenarioFields.limits(queue, "max"));
            int weight = queue.wholeNumber("weight", 1, 1_000_000).orElse(1);
            boolean reclaim = queue.truth("reclaim").orElse(true);
            queue.end();
            queues.add(new QueueSpec(name, parent, guaranteed, max, weight, reclaim));
        }
        try {
            new QueueTree(queues);
        } catch (IllegalArgumentException e) {
            fields.problem("queues", e.getMessage() == null ? "do not form a tree" : e.getMessage());
        }
        return queues;
    }

    private static Set<String> queueNames(List<QueueSpec> queues) {
        Set<String> names = new LinkedHashSet<>();
        queues.forEach(queue -> names.add(queue.name()));
        if (names.isEmpty()) {
            names.add("default");
        }
        return names;
    }
}
