package dev.muster.cli.output;

import dev.muster.proto.v1.DomainView;
import dev.muster.proto.v1.TopologyReply;
import java.util.ArrayList;
import java.util.List;

/** The fabric as a tree, with what runs where. */
public record TopologyRendering(TopologyReply reply) implements Rendering {

    /** More accelerators than this are counted, not drawn. */
    private static final int SQUARES = 16;

    private static final String HOST = "host";

    @Override
    public void table(Console console, boolean wide) {
        DomainView root = reply.getRoot();
        console.line("{}  {}", Styled.bold(root.getName().isEmpty() ? "cluster" : root.getName()), load(root));
        children(console, root, "");
        if (reply.getTruncated()) {
            console.line("... not everything is shown; ask for more with --max-domains");
        }
    }

    private static void children(Console console, DomainView domain, String indent) {
        for (int index = 0; index < domain.getDomainsCount(); index++) {
            boolean last = index == domain.getDomainsCount() - 1;
            DomainView child = domain.getDomains(index);
            Styled branch = Styled.dim(indent + (last ? "└─ " : "├─ "));
            if (child.getLevel().equals(HOST)) {
                console.line(
                        "{}{}  {}  {}  {}",
                        branch,
                        child.getName(),
                        squares(child),
                        Words.styled(child.getState()),
                        new Styled(Style.CYAN, NodeListRendering.jobs(child.getJobsList())));
            } else {
                console.line(
                        "{}{} {}  {}",
                        branch,
                        Styled.bold(child.getName()),
                        Styled.dim("(" + child.getLevel() + ")"),
                        load(child));
            }
            children(console, child, indent + (last ? "   " : "│  "));
        }
    }

    private static String load(DomainView domain) {
        return domain.getHostsReady() + "/" + domain.getHosts() + " hosts ready, " + domain.getAcceleratorsUsed() + "/"
                + domain.getAccelerators() + " accelerators used";
    }

    private static Styled squares(DomainView host) {
        long all = host.getAccelerators();
        long used = host.getAcceleratorsUsed();
        if (all > SQUARES || used > all) {
            return Styled.plain(used + "/" + all);
        }
        return new Styled(used > 0 ? Style.GREEN : Style.DIM, "■".repeat((int) used) + "□".repeat((int) (all - used)));
    }

    @Override
    public Fields fields() {
        return new Fields()
                .texts("levels", reply.getLevelsList())
                .object("root", domain(reply.getRoot()))
                .flag("truncated", reply.getTruncated());
    }

    private static Fields domain(DomainView domain) {
        Fields fields = new Fields()
                .text("name", domain.getName())
                .text("level", domain.getLevel())
                .number("hosts", domain.getHosts())
                .number("hostsReady", domain.getHostsReady())
                .number("accelerators", domain.getAccelerators())
                .number("acceleratorsUsed", domain.getAcceleratorsUsed());
        if (domain.getLevel().equals(HOST)) {
            return fields.text("state", Words.of(domain.getState())).texts("jobs", domain.getJobsList());
        }
        return fields.objects(
                "domains",
                domain.getDomainsList().stream().map(TopologyRendering::domain).toList());
    }

    @Override
    public List<String> names() {
        List<String> hosts = new ArrayList<>();
        collectHosts(reply.getRoot(), hosts);
        return hosts;
    }

    private static void collectHosts(DomainView domain, List<String> hosts) {
        if (domain.getLevel().equals(HOST)) {
            hosts.add(domain.getName());
        }
        domain.getDomainsList().forEach(child -> collectHosts(child, hosts));
    }
}
