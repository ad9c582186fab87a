package dev.therapyfit.cli;

import dev.therapyfit.cli.TestCommand.Result;
import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A run of the cases as JUnit's XML, which CI servers read. */
final class JunitReport {
    private static final String SUITE = "content";

    private JunitReport() {}

    static String of(List<Result> results) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", SUITE);
            xml.writeAttribute("tests", Integer.toString(results.size()));
            xml.writeAttribute(
                    "failures",
                    Long.toString(results.stream()
                            .filter(result -> !result.differences().isEmpty())
                            .count()));
            for (Result result : results) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("classname", SUITE);
                xml.writeAttribute("name", result.name());
                if (!result.differences().isEmpty()) {
                    xml.writeStartElement("failure");
                    xml.writeAttribute("message", result.title());
                    xml.writeCharacters(String.join("\n", result.differences()));
                    xml.writeEndElement();
                }
                xml.writeEndElement();
            }
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
