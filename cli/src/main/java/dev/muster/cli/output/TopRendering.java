package dev.muster.cli.output;

import dev.muster.proto.v1.ClusterReply;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.NodeSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The cluster on one screen: how much is used, which jobs there are, which hosts need somebody. */
public record TopRendering(ClusterReply cluster, List<JobSummary> jobs, List<NodeSummary> ailing, Instant now)
        implements Rendering {

    private static final int BAR_WIDTH = 30;

    public TopRendering {
        jobs = List.copyOf(jobs);
        ailing = List.copyOf(ailing);
    }

    @Override
    public void table(Console console, boolean wide) {
        lines(console, wide).forEach(line -> console.printSafe(line + System.lineSeparator()));
    }

    /** The lines of the screen, safe to print. */
    public List<String> lines(Console console, boolean wide) {
        List<String> lines = new ArrayList<>();
        long all = cluster.getAccelerators();
        double share = all == 0 ? 0 : (double) cluster.getAcceleratorsUsed() / all;
        lines.add(console.render(
                "{} {}, up {}{}",
                Styled.bold("muster"),
                cluster.getVersion(),
                Times.age(cluster.getStartedAtMillis(), now),
                cluster.getSettling() ? ", still hearing from agents" : ""));
        lines.add(console.render(
                "accelerators  {} {}/{} used",
                new Styled(Style.GREEN, Bar.progress(share, BAR_WIDTH)),
                cluster.getAcceleratorsUsed(),
                all));
        lines.add(console.render("hosts         {}/{} ready", cluster.getHostsReady(), cluster.getHosts()));
        lines.add(console.render("jobs          {}", states()));
        if (!jobs.isEmpty()) {
            lines.add("");
            lines.addAll(new JobListRendering(jobs, now).rows().lines(console, wide));
        }
        if (!ailing.isEmpty()) {
            lines.add("");
            for (NodeSummary node : ailing) {
                lines.add(console.render(
                        "{} {} since {}  {}",
                        Styled.bold(node.getName()),
                        Words.styled(node.getState()),
                        Times.age(node.getStateSinceMillis(), now),
                        Styled.dim(node.getReason())));
            }
        }
        return lines.stream().map(String::stripTrailing).toList();
    }

    private String states() {
        String counts = cluster.getJobsByStateMap().entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " " + Words.without("JOB_STATE_", entry.getKey()))
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "none" : counts;
    }

    @Override
    public Fields fields() {
        return new Fields()
                .text("version", cluster.getVersion())
                .time("startedAt", cluster.getStartedAtMillis())
                .flag("settling", cluster.getSettling())
                .number("hosts", cluster.getHosts())
                .number("hostsReady", cluster.getHostsReady())
                .number("accelerators", cluster.getAccelerators())
                .number("acceleratorsUsed", cluster.getAcceleratorsUsed())
                .object("jobsByState", JobFields.numbers(cluster.getJobsByStateMap()))
                .number("revision", cluster.getRevision())
                .objects("jobs", jobs.stream().map(JobFields::summary).toList())
                .objects(
                        "nodesNotReady",
                        ailing.stream().map(NodeFields::summary).toList());
    }

    @Override
    public List<String> names() {
        return new JobListRendering(jobs, now).names();
    }
}
