return await Finpay.Linkage.Api.LinkageHost.RunAsync(args);
