package dev.muster.scheduler.document;

import dev.muster.scheduler.document.DocumentNode.Mapping;
import dev.muster.scheduler.document.DocumentNode.Member;
import dev.muster.scheduler.document.DocumentNode.Sequence;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds where in a document a field is. */
public final class FieldLines {

    private static final Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d{1,9})]");

    private FieldLines() {}

    /** The line of a field such as {@code spec.slices[0].hosts}, or of the innermost value around it that exists. */
    public static int lineOf(DocumentNode document, String field) {
        int line = document.line();
        DocumentNode node = document;
        Matcher steps = STEP.matcher(field);
        while (steps.find()) {
            if (node instanceof Mapping mapping && steps.group(1) != null) {
                Optional<Member> member = mapping.member(steps.group(1));
                if (member.isEmpty()) {
                    return line;
                }
                line = member.get().line();
                node = member.get().value();
            } else if (node instanceof Sequence sequence
                    && steps.group(2) != null
                    && Integer.parseInt(steps.group(2)) < sequence.items().size()) {
                node = sequence.items().get(Integer.parseInt(steps.group(2)));
                line = node.line();
            } else {
                return line;
            }
        }
        return line;
    }
}
