package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.HostAssignment;
import java.time.Instant;
import java.util.List;

/** Where a job would run now, what it would stop for that, or why it would wait. */
public record DryRunRendering(String namespace, String name, DryRunReply reply, Instant now) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        Styled job = Styled.bold(Words.jobName(namespace, name));
        if (!reply.getWouldStart()) {
            console.line("{} would {}", job, new Styled(Style.YELLOW, "wait"));
            ExplanationRendering.print(console, reply.getExplanation(), now);
            return;
        }
        boolean stopsOthers = reply.getPreemptsCount() > 0;
        String when = stopsOthers ? "when others have stopped for it" : "now";
        console.line("{} would {} {}", job, new Styled(Style.GREEN, "start"), when);
        Table table = new Table(left("HOST"), right("NODE RANK"), left("RANKS"), left("DOMAIN"));
        for (HostAssignment host : reply.getPlacementList()) {
            boolean spare = host.getNodeRank() < 0;
            table.row(
                    host.getHost(),
                    spare ? "spare" : host.getNodeRank(),
                    spare ? Times.NONE : ranks(host),
                    String.join("/", host.getPathList()));
        }
        table.print(console, wide);
        reply.getPreemptsList().forEach(victim -> console.line("would stop {}", Styled.bold(victim)));
    }

    private static String ranks(HostAssignment host) {
        int last = host.getFirstRank() + host.getRanks() - 1;
        return host.getRanks() == 1 ? String.valueOf(host.getFirstRank()) : host.getFirstRank() + "-" + last;
    }

    @Override
    public Fields fields() {
        Fields fields = new Fields()
                .text("namespace", namespace)
                .text("name", name)
                .flag("wouldStart", reply.getWouldStart())
                .objects("placement", JobFields.placement(reply.getPlacementList()))
                .texts("preempts", reply.getPreemptsList());
        return reply.hasExplanation()
                ? fields.object("explanation", JobFields.explanation(reply.getExplanation()))
                : fields;
    }

    @Override
    public List<String> names() {
        return reply.getPlacementList().stream().map(HostAssignment::getHost).toList();
    }
}
