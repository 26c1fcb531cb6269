namespace KmsGateway.Cli.Reporting;

/// <summary>What the HTML report is made of, each part accessible by itself: sections by their headings, tables with names and headers.</summary>
internal static class HtmlElements
{
    public static Markup Section(string id, string title, Markup content) => $"""
        <section aria-labelledby="{id}">
        <h2 id="{id}">{title}</h2>
        {content}
        </section>
        """;

    /// <summary>The table of the section that has this id, and a line on what is in it.</summary>
    public static Markup Table(string id, string lead, IEnumerable<Markup> columns, IEnumerable<Markup> rows) => $"""
        <p class="lead">{lead}</p>
        <table class="{id}" aria-labelledby="{id}">
        <thead>
        <tr>{columns}</tr>
        </thead>
        <tbody>
        {rows}
        </tbody>
        </table>
        """;

    public static Markup Column(string name) => $"""<th scope="col">{name}</th>""";

    public static Markup NumberColumn(string name) => $"""<th scope="col" class="number">{name}</th>""";

    public static Markup Row(string head, params IEnumerable<Markup> cells) => $"""<tr><th scope="row">{head}</th>{cells}</tr>""";

    public static Markup Cell(string text) => $"<td>{text}</td>";

    public static Markup NumberCell(long number) => $"""<td class="number">{number}</td>""";

    public static Markup ListCell(IEnumerable<string> items) => $"<td>{List(items)}</td>";

    public static Markup List(IEnumerable<string> items) => $"<ul>{items.Select(item => (Markup)$"<li>{item}</li>")}</ul>";

    public static Markup Facts(params IEnumerable<(string Name, string Value)> facts) =>
        $"""<dl class="facts">{facts.Select(fact => (Markup)$"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>\n")}</dl>""";

    public static Markup Paragraph(string text) => $"<p>{text}</p>\n";
}
