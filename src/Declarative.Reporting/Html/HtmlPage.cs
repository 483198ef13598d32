using System.Net;
using System.Text;

namespace Declarative.Reporting;

/// <summary>An HTML page as it grows. All text is encoded here: no caller can put markup, or a name that looks like it, into the page.</summary>
/// <param name="title">What the browser shows as the page's name.</param>
internal sealed class HtmlPage(string title)
{
    private readonly StringBuilder body = new();

    public void Title(string text) => Element("h1", text);

    public void Heading(string text) => Element("h2", text);

    public void Subheading(string text) => Element("h3", text);

    public void Paragraph(string text) => Element("p", text);

    /// <summary>A line that says how the run stands.</summary>
    /// <param name="kind">One of the classes of the style sheet: <c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>running</c>.</param>
    /// <param name="text">The line.</param>
    public void Outcome(string kind, string text) => body.Append($"<p class=\"outcome {kind}\">{Encode(text)}</p>\n");

    /// <summary>Numbers that are to be seen first, each with its name.</summary>
    public void Figures(IEnumerable<(string Name, string Value)> figures)
    {
        body.Append("<dl class=\"figures\">\n");
        foreach ((string name, string value) in figures)
            body.Append($"<div><dt>{Encode(name)}</dt><dd>{Encode(value)}</dd></div>\n");
        body.Append("</dl>\n");
    }

    /// <summary>A table; its first column names the row.</summary>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        body.Append("<div class=\"table\"><table>\n");
        if (header.Count > 0)
            body.Append("<thead><tr>").AppendJoin("", header.Select(cell => $"<th scope=\"col\">{Encode(cell)}</th>")).Append("</tr></thead>\n");
        body.Append("<tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
            body.Append("<tr>").AppendJoin("", row.Select((cell, i) => i == 0 ? $"<th scope=\"row\">{Encode(cell)}</th>" : $"<td>{Encode(cell)}</td>")).Append("</tr>\n");
        body.Append("</tbody></table></div>\n");
    }

    /// <summary>Text as it stands, in a font whose letters are equally wide.</summary>
    public void Listing(string text) => Element("pre", text);

    public void List(IEnumerable<string> items)
    {
        body.Append("<ul>\n");
        foreach (string item in items)
            Element("li", item);
        body.Append("</ul>\n");
    }

    /// <summary>A picture, inside the page itself.</summary>
    /// <param name="png">The contents of a PNG file.</param>
    /// <param name="width">How wide to show it at most, in pixels.</param>
    /// <param name="description">What is to be seen on it.</param>
    public void Picture(byte[] png, int width, string description)
    {
        body.Append($"<figure><img style=\"max-width:{width}px\" alt=\"{Encode(description)}\" src=\"data:image/png;base64,")
            .Append(Convert.ToBase64String(png)).Append($"\"><figcaption>{Encode(description)}</figcaption></figure>\n");
    }

    /// <summary>Data for programs, which no browser runs or shows.</summary>
    /// <param name="id">By what to find it.</param>
    /// <param name="json">JSON in which &lt;, &gt; and &amp; are escaped.</param>
    public void Data(string id, string json)
    {
        if (json.AsSpan().ContainsAny('<', '>', '&'))
            throw new ArgumentException("The data could be taken for markup.", nameof(json));
        body.Append($"<script type=\"application/json\" id=\"{Encode(id)}\">{json}</script>\n");
    }

    // A page that may load nothing and run nothing, whatever got into it.
    public override string ToString() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>{Encode(title)}</title>
        <style>
        {HtmlStyle.Sheet}
        </style>
        </head>
        <body>
        <main>
        {body}</main>
        </body>
        </html>

        """.ReplaceLineEndings("\n");

    private void Element(string name, string text) => body.Append($"<{name}>{Encode(text)}</{name}>\n");

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
