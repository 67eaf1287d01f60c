package dev.muster.cli.command;

import dev.muster.cli.output.OutputFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of {@code -o}. */
final class OutputFormatConverter implements ITypeConverter<OutputFormat> {

    @Override
    public OutputFormat convert(String word) {
        return OutputFormat.of(word)
                .orElseThrow(() ->
                        new TypeConversionException("is \"" + word + "\"; it must be one of " + OutputFormat.words()));
    }
}
