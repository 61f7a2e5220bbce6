using System.Net;
using DocExchange.Node.Receiving;
using DocExchange.Pages.Assets;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace DocExchange.Node.DeskPages.Inbox;

/// <summary>签收单 and 收文处理单 as a file of their own: the very sheets of the page, with its style sheet inside.</summary>
internal sealed class PrintedSheets(IServiceProvider services, ILoggerFactory loggers, SiteFiles files)
{
    /// <returns>A page of HTML that needs nothing from elsewhere.</returns>
    public async Task<string> MakeAsync(ReceivedDocument shown, string officeName)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var sheets = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            RenderFragment content = builder =>
            {
                builder.OpenComponent<ReceiptSheets>(0);
                builder.AddComponentParameter(1, nameof(ReceiptSheets.OfficeName), officeName);
                builder.CloseComponent();
            };
            var given = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(CascadingValue<>.Value)] = shown, [nameof(CascadingValue<>.ChildContent)] = content });
            return (await renderer.RenderComponentAsync<CascadingValue<ReceivedDocument>>(given)).ToHtmlString();
        });
        return $"<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(shown.Line.Title)}</title><style>{files.Text("site.css")}</style></head><body>{sheets}</body></html>\n";
    }
}
