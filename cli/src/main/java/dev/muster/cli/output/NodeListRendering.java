package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.NodeSummary;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Hosts, one a row. */
public record NodeListRendering(List<NodeSummary> nodes, Instant now) implements Rendering {

    public NodeListRendering {
        nodes = List.copyOf(nodes);
    }

    @Override
    public void table(Console console, boolean wide) {
        if (nodes.isEmpty()) {
            console.line("no hosts; an agent joins with: muster-agent --controller HOST:PORT");
            return;
        }
        Table table = new Table(
                left("NODE"),
                left("STATE"),
                left("DOMAIN"),
                right("USED"),
                right("HEALTHY"),
                left("TYPE"),
                right("CPUS").wide(),
                right("MEMORY").wide(),
                right("SINCE"),
                right("HEARD").wide(),
                left("JOBS"),
                left("REASON"));
        for (NodeSummary node : nodes) {
            table.row(
                    Styled.bold(node.getName()),
                    Words.styled(node.getState()),
                    String.join("/", node.getPathList()),
                    used(node),
                    node.getAcceleratorsHealthy(),
                    node.getAcceleratorType(),
                    Words.cores(node.getCapacity().getCpuMillis()),
                    Words.bytes(node.getCapacity().getMemoryBytes()),
                    Times.age(node.getStateSinceMillis(), now),
                    Times.relative(node.getLastHeardMillis(), now),
                    jobs(node.getJobsList()),
                    Styled.dim(node.getReason()));
        }
        table.print(console, wide);
    }

    static String used(NodeSummary node) {
        return node.getUsed().getAccelerators() + "/" + node.getCapacity().getAccelerators();
    }

    static String jobs(List<String> jobs) {
        return jobs.stream().map(NodeListRendering::shortName).collect(Collectors.joining(","));
    }

    /** As {@link Words#jobName}, from {@code namespace/name}. */
    static String shortName(String job) {
        return job.startsWith("default/") ? job.substring("default/".length()) : job;
    }

    @Override
    public Fields fields() {
        return new Fields()
                .objects("nodes", nodes.stream().map(NodeFields::summary).toList());
    }

    @Override
    public List<String> names() {
        return nodes.stream().map(NodeSummary::getName).toList();
    }
}
