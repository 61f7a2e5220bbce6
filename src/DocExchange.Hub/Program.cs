using DocExchange.Core.Operating;
using DocExchange.Hub.Operations;

return await new HubVerbs(VerbLanguage.Of(args)).InvokeAsync(args);
