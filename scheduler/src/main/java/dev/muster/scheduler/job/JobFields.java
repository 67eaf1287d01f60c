package dev.muster.scheduler.job;

import dev.muster.scheduler.document.DocumentNode;
import dev.muster.scheduler.document.DocumentNode.Scalar;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns the fields of a job file into a job; each missing or unreadable one is noted, and a harmless value stands in. */
final class JobFields {

    private static final SortedMap<String, ProcessLayout> LAYOUTS =
            new TreeMap<>(Map.of("per-accelerator", ProcessLayout.PER_ACCELERATOR, "per-host", ProcessLayout.PER_HOST));
    private static final SortedMap<String, Spread> SPREADS =
            new TreeMap<>(Map.of("packed", Spread.PACKED, "balanced", Spread.BALANCED));
    private static final String STAND_IN_NAME = "unnamed";
    private static final CheckpointSpec NO_DIRECTORY =
            new CheckpointSpec("unnamed", Optional.empty(), CheckpointSpec.DEFAULT_GRACE);

    private final Fields file;

    JobFields(Fields file) {
        this.file = file;
    }

    /** The job as far as it can be read; empty when there is no spec at all. */
    Optional<JobSpec> read() {
        checkHeader();
        JobKey key = key();
        file.require("spec", "{gang: {hosts: 1, perHost: {cpus: 1}}, template: {command: [python3, train.py]}}");
        Optional<JobSpec> job = file.mapping("spec").map(spec -> job(key, spec));
        file.end();
        return job;
    }

    private void checkHeader() {
        expect("apiVersion", JobFile.API_VERSION);
        expect("kind", JobFile.KIND);
    }

    private void expect(String name, String wanted) {
        file.require(name, wanted);
        file.text(name)
                .filter(found -> !found.equals(wanted))
                .ifPresent(found -> file.problem(name, "is " + Quoted.text(found) + "; expected " + wanted));
    }

    private JobKey key() {
        file.require("metadata", "{name: my-job}");
        Optional<Fields> metadata = file.mapping("metadata");
        if (metadata.isEmpty()) {
            return new JobKey(JobKey.DEFAULT_NAMESPACE, STAND_IN_NAME);
        }
        Fields fields = metadata.get();
        fields.require("name", "my-job");
        JobKey key = new JobKey(
                fields.text("namespace").orElse(JobKey.DEFAULT_NAMESPACE),
                fields.text("name").orElse(STAND_IN_NAME));
        fields.textsByName("labels");
        fields.textsByName("annotations");
        fields.end();
        return key;
    }

    private static JobSpec job(JobKey key, Fields spec) {
        spec.require("gang", "{hosts: 1, perHost: {cpus: 1}}");
        spec.require("template", "{command: [python3, train.py]}");
        JobSpec job = new JobSpec(
                key,
                spec.text("queue").orElse(JobSpec.DEFAULT_QUEUE),
                spec.wholeNumber("priority", -JobLimits.MAX_PRIORITY, JobLimits.MAX_PRIORITY)
                        .orElse(0),
                spec.mapping("gang").map(JobFields::gang).orElseGet(JobFields::standInGang),
                spec.mapping("topology").map(JobFields::topology).orElse(TopologySpec.ANYWHERE),
                duration(spec, "walltime"),
                spec.truth("preemptible").orElse(true),
                duration(spec, "minRuntime").orElse(Duration.ZERO),
                spec.mapping("checkpoint").map(JobFields::checkpoint),
                spec.mapping("restart").map(JobFields::restart).orElse(RestartSpec.DEFAULT),
                spec.mapping("template").map(JobFields::template).orElseGet(JobFields::standInTemplate));
        spec.end();
        return job;
    }

    private static GangSpec standInGang() {
        return new GangSpec(1, 1, 0, ResourceVector.of(0, 1, 0), Optional.empty(), ProcessLayout.PER_HOST);
    }

    private static TemplateSpec standInTemplate() {
        return TemplateSpec.ofCommand(List.of("true"), Map.of());
    }

    private static GangSpec gang(Fields gang) {
        gang.require("hosts", "4");
        gang.require("perHost", "{accelerators: 8}");
        Optional<Integer> hosts = gang.wholeNumber("hosts", 1, JobLimits.MAX_HOSTS);
        Optional<Integer> minHosts = gang.wholeNumber("minHosts", 1, JobLimits.MAX_HOSTS);
        int wanted = hosts.orElse(minHosts.orElse(1));
        int spares = spares(gang, wanted);
        Optional<ProcessLayout> processes = gang.choice("processes", LAYOUTS);
        Optional<Fields> perHost = gang.mapping("perHost");
        GangSpec spec = new GangSpec(
                wanted,
                minHosts.orElse(wanted),
                spares,
                perHost.map(JobFields::resources).orElse(ResourceVector.of(0, 1, 0)),
                perHost.flatMap(fields -> fields.text("acceleratorType")),
                processes.orElse(ProcessLayout.PER_ACCELERATOR));
        perHost.ifPresent(Fields::end);
        gang.end();
        return spec;
    }

    private static int spares(Fields gang, int hosts) {
        Optional<DocumentNode> node = gang.node("spares");
        if (node.isPresent()
                && node.get() instanceof Scalar scalar
                && scalar.text().equals("auto")) {
            return SpareCount.forHosts(hosts);
        }
        return gang.wholeNumber("spares", 0, JobLimits.MAX_HOSTS).orElse(0);
    }

    private static ResourceVector resources(Fields perHost) {
        return ResourceVector.of(
                perHost.wholeNumber("accelerators", 0, JobLimits.MAX_ACCELERATORS_PER_HOST)
                        .orElse(0),
                perHost.parsed("cpus", Quantity.CPU_EXAMPLE, Quantity::cpuMillis)
                        .orElse(0L),
                perHost.parsed("memory", Quantity.MEMORY_EXAMPLE, Quantity::memoryBytes)
                        .orElse(0L));
    }

    private static TopologySpec topology(Fields topology) {
        List<SliceSpec> slices = new ArrayList<>();
        for (Fields slice : topology.mappings("slices")) {
            slice.require("hosts", "4");
            slice.require("within", "rack");
            Optional<Integer> hosts = slice.wholeNumber("hosts", 1, JobLimits.MAX_HOSTS);
            Optional<String> within = slice.text("within");
            slice.end();
            if (hosts.isPresent() && within.isPresent()) {
                slices.add(new SliceSpec(hosts.get(), within.get()));
            }
        }
        TopologySpec spec = new TopologySpec(
                topology.text("required"),
                topology.text("preferred"),
                slices,
                topology.choice("spread", SPREADS).orElse(Spread.PACKED));
        topology.end();
        return spec;
    }

    private static CheckpointSpec checkpoint(Fields checkpoint) {
        checkpoint.require("directory", "/checkpoints/my-job");
        CheckpointSpec spec = new CheckpointSpec(
                checkpoint.text("directory").orElse(NO_DIRECTORY.directory()),
                checkpoint.text("signal"),
                duration(checkpoint, "grace").orElse(CheckpointSpec.DEFAULT_GRACE));
        checkpoint.end();
        return spec;
    }

    private static RestartSpec restart(Fields restart) {
        RestartSpec spec = new RestartSpec(
                restart.wholeNumber("maxRestarts", 0, JobLimits.MAX_RESTARTS).orElse(RestartSpec.DEFAULT.maxRestarts()),
                restart.wholeNumber("maxInfrastructureRestarts", 0, JobLimits.MAX_RESTARTS)
                        .orElse(RestartSpec.DEFAULT.maxInfrastructureRestarts()),
                restart.mapping("fuse").map(JobFields::fuse).orElse(RestartSpec.DEFAULT.fuse()),
                duration(restart, "hangAfter").orElse(RestartSpec.DEFAULT.hangAfter()),
                duration(restart, "startWithin").orElse(RestartSpec.DEFAULT.startWithin()),
                duration(restart, "isolationTimeout"));
        restart.end();
        return spec;
    }

    private static RestartSpec.Fuse fuse(Fields fuse) {
        RestartSpec.Fuse spec = new RestartSpec.Fuse(
                fuse.wholeNumber("failures", 1, JobLimits.MAX_RESTARTS)
                        .orElse(RestartSpec.DEFAULT.fuse().failures()),
                duration(fuse, "within").orElse(RestartSpec.DEFAULT.fuse().within()));
        fuse.end();
        return spec;
    }

    private static TemplateSpec template(Fields template) {
        boolean hasCommand = template.require("command", "[python3, train.py]");
        List<String> command = template.texts("command");
        boolean isEmptyList = hasCommand
                && template.node("command")
                        .filter(node ->
                                node instanceof Sequence list && list.items().isEmpty())
                        .isPresent();
        TemplateSpec spec = new TemplateSpec(
                template.text("image"),
                command.isEmpty() && !isEmptyList ? List.of("true") : command,
                template.text("workingDirectory"),
                template.textsByName("env"),
                PodFields.read(template));
        template.end();
        return spec;
    }

    private static Optional<Duration> duration(Fields fields, String name) {
        return fields.parsed(name, Quantity.DURATION_EXAMPLE, Quantity::duration);
    }
}
