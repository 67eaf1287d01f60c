package dev.muster.cli.output;

/** Text with a look. The text may be anybody's; it is made safe when it is printed. */
public record Styled(Style style, String text) {

    public static Styled plain(String text) {
        return new Styled(Style.PLAIN, text);
    }

    public static Styled dim(String text) {
        return new Styled(Style.DIM, text);
    }

    public static Styled bold(String text) {
        return new Styled(Style.BOLD, text);
    }

    String render(boolean colours) {
        String safe = SafeText.of(text);
        return colours ? style.paint(safe) : safe;
    }
}
