package dev.muster.scheduler.cluster;

import dev.muster.scheduler.document.Document;
import dev.muster.scheduler.document.DocumentException;
import dev.muster.scheduler.document.DocumentLimits;
import dev.muster.scheduler.document.Fields;
import dev.muster.scheduler.document.Problems;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.job.Names;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Violation;
import dev.muster.scheduler.topology.Levels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a cluster file (YAML or JSON) and names everything that is wrong with it, each with its line.
 *
 * <p>{@code generate} makes regular parts: {@code counts} says how many domains of each level lie in each domain of the
 * level above, {@code hostsPerDomain} how many hosts in each innermost one. A domain is named by the first letter of its
 * level and its number in the domain around it, from 1: {@code z1/b1/r1}, {@code z1/b1/r2}. Hosts are numbered through the
 * whole cluster: {@code n000001}, {@code n000002}. Further entries of {@code generate} go on counting, the outermost
 * domains as well as the hosts.
 *
 * <p>A file may name no host at all: those of a live cluster make themselves known when their agents register.
 */
public final class ClusterFile {

    public static final String API_VERSION = "muster.dev/v1alpha1";
    public static final String KIND = "Cluster";

    /** A longer file is refused; a caller need not read more of it than this and one byte. */
    public static final int MAX_BYTES = DocumentLimits.CLUSTER.maxBytes();

    private final Fields file;

    private ClusterFile(Fields file) {
        this.file = file;
    }

    public static Reading<ClusterSpec> read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reading<ClusterSpec> read(byte[] bytes) {
        Problems problems = new Problems();
        Optional<ClusterSpec> cluster;
        try {
            cluster = Fields.ofDocument(Document.read(bytes, DocumentLimits.CLUSTER), problems)
                    .map(fields -> new ClusterFile(fields).cluster());
        } catch (DocumentException e) {
            return Reading.broken(List.of(new Violation("", e.reason(), OptionalInt.of(e.line()))));
        }
        if (cluster.isEmpty() || problems.count() > 0) {
            return Reading.broken(Violation.ofProblems(problems.list()));
        }
        return Reading.sound(cluster.get());
    }

    private ClusterSpec cluster() {
        expect("apiVersion", API_VERSION);
        expect("kind", KIND);
        List<String> levels = levels();
        List<HostSpec> hosts = new HostFields(file, levels).read();
        List<QueueSpec> queues = new QueueFields(file).read();
        List<MaintenanceWindow> maintenance = new MaintenanceFields(file, levels.size()).read(hosts);
        PolicySpec policy = new PolicyFields(file).read();
        file.end();
        return new ClusterSpec(levels, hosts, queues, maintenance, policy);
    }

    private void expect(String name, String wanted) {
        file.require(name, wanted);
        file.text(name)
                .filter(found -> !found.equals(wanted))
                .ifPresent(found -> file.problem(name, "is " + Quoted.text(found) + "; expected " + wanted));
    }

    private List<String> levels() {
        List<String> levels = file.texts("levels");
        if (levels.size() > ClusterSpec.MAX_LEVELS) {
            file.problem(
                    "levels", "has " + levels.size() + " levels; at most " + ClusterSpec.MAX_LEVELS + " are allowed");
            return levels.subList(0, ClusterSpec.MAX_LEVELS);
        }
        Set<String> seen = new TreeSet<>();
        for (String level : levels) {
            Names.problemOfName(level).ifPresent(problem -> file.problem("levels", "a level " + problem));
            if (level.equals(Levels.HOST)) {
                file.problem("levels", "has host in it; hosts come below the last level by themselves, remove it");
            }
            if (!seen.add(level)) {
                file.problem("levels", "has " + Quoted.text(level) + " twice; give each level its own name");
            }
        }
        return levels;
    }
}
