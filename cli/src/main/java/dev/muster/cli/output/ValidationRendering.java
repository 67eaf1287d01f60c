package dev.muster.cli.output;

import java.util.List;
import java.util.OptionalInt;

/** What is wrong with a file, or that nothing is. {@code kind} and {@code name} say what it describes, where known. */
public record ValidationRendering(String file, String kind, String name, List<Problem> problems) implements Rendering {

    /** One thing wrong, with its line from 1. */
    public record Problem(OptionalInt line, String field, String message) {}

    public ValidationRendering {
        problems = List.copyOf(problems);
    }

    public boolean isValid() {
        return problems.isEmpty();
    }

    @Override
    public void table(Console console, boolean wide) {
        if (isValid()) {
            console.line("{} is valid: {} {}", file, kind, Styled.bold(name));
        }
        problems.forEach(problem -> console.error(
                "{}{}: {}{}",
                file,
                problem.line().isPresent() ? ":" + problem.line().getAsInt() : "",
                problem.field().isEmpty() ? "" : problem.field() + ": ",
                problem.message()));
    }

    @Override
    public Fields fields() {
        return new Fields()
                .text("file", file)
                .text("kind", kind)
                .text("name", name)
                .flag("valid", isValid())
                .objects(
                        "problems",
                        problems.stream().map(ValidationRendering::problem).toList());
    }

    private static Fields problem(Problem problem) {
        Fields fields = new Fields();
        problem.line().ifPresent(line -> fields.number("line", line));
        return fields.text("field", problem.field()).text("message", problem.message());
    }

    @Override
    public List<String> names() {
        return isValid() ? List.of(name) : List.of();
    }
}
