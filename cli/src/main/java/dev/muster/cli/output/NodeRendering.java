package dev.muster.cli.output;

import dev.muster.proto.v1.NodeSummary;
import java.util.List;

/** What became of one host, in one line. */
public record NodeRendering(NodeSummary node, String deed) implements Rendering {

    @Override
    public void table(Console console, boolean wide) {
        String reason = node.getReason().isEmpty() ? "" : ": " + node.getReason();
        console.line(
                "{} {}, {}{}", deed, Styled.bold(node.getName()), Words.styled(node.getState()), Styled.dim(reason));
    }

    @Override
    public Fields fields() {
        return new Fields().object("node", NodeFields.summary(node));
    }

    @Override
    public List<String> names() {
        return List.of(node.getName());
    }
}
